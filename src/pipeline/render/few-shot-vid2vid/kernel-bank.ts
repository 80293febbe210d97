import type { DeviceMemory, DeviceTensor } from '../../landmark/onnx-session.ts';

/** Kernels of one identity, which stand in the bank while it is drawn. */
export interface BankPlace {
  readonly kernels: Float32Array;
}

interface Table {
  readonly tensor: DeviceTensor;
  readonly places: readonly BankPlace[];
}

/**
 * The kernels of all identities that are drawn on a device, a row each of one table that lies there.
 * Owns the table.
 */
export class KernelBank {
  readonly #memory: DeviceMemory;
  readonly #pack: (kernels: Float32Array) => Float32Array;
  readonly #places = new Set<BankPlace>();
  #table: Table | undefined;

  /** @param pack an identity's kernels as the batched generator takes them. */
  constructor(memory: DeviceMemory, pack: (kernels: Float32Array) => Float32Array) {
    this.#memory = memory;
    this.#pack = pack;
  }

  add(place: BankPlace): void {
    this.#places.add(place);
  }

  /** Its row goes when the next identity comes: until then it is a hundredth of a picture's worth of waste. */
  remove(place: BankPlace): void {
    this.#places.delete(place);
  }

  /**
   * The table with everybody in it who is asked for, and their rows; made anew where one came since it was
   * made. What it was before is given back.
   * @throws ModelError `model_failed`
   */
  async rowsOf(wanted: readonly BankPlace[]): Promise<{ bank: DeviceTensor; rows: number[] }> {
    let table = this.#table;
    if (!table || !wanted.every((place) => table!.places.includes(place))) {
      table = await this.#upload();
    }
    const { tensor, places } = table;
    return { bank: tensor, rows: wanted.map((place) => places.indexOf(place)) };
  }

  /** Gives the table back. */
  drop(): void {
    this.#table?.tensor.dispose();
    this.#table = undefined;
  }

  /** Gives back all that it has of the device. */
  async close(): Promise<void> {
    this.drop();
    await this.#memory.close();
  }

  async #upload(): Promise<Table> {
    this.drop();
    const places = [...this.#places];
    const rows = places.map(({ kernels }) => this.#pack(kernels));
    const columns = rows[0]?.length ?? 0;
    const data = new Float32Array(rows.length * columns);
    rows.forEach((row, i) => {
      data.set(row, i * columns);
    });
    const tensor = await this.#memory.upload({ dims: [rows.length, columns], data });
    this.#table = { tensor, places };
    return this.#table;
  }
}
