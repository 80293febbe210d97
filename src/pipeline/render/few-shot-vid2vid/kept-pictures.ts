import type { DeviceTensor, OnnxFeed } from '../../landmark/onnx-session.ts';

/** Where the frames of one run find their previous outputs, and where theirs are to be kept. */
export interface KeepingPlan<Owner> {
  readonly kept: OnnxFeed;
  /** Each frame's slot. */
  readonly from: Int32Array;
  /** 1 for a frame that has none before it. */
  readonly fresh: Float32Array;
  /** Which picture each slot is to hold from then on: of the slots that there are, then of the frames. */
  readonly keep: Int32Array;
  /** Whose picture that is, by slot. */
  readonly keepers: readonly Owner[];
}

/**
 * The last outputs of sessions, in slots of one tensor that stays on a device. Each run makes another one
 * of it, with what it drew in place of what was there. Owns that tensor.
 *
 * @typeParam Owner whoever's output it is.
 */
export class KeptPictures<Owner extends object> {
  readonly #length: number;
  readonly #owners = new Set<Owner>();
  #slots = new Map<Owner, number>();
  #count = 1;
  #tensor: DeviceTensor | undefined;
  #running = false;

  /** @param length bytes of one picture. */
  constructor(length: number) {
    this.#length = length;
  }

  add(owner: Owner): void {
    this.#owners.add(owner);
  }

  remove(owner: Owner): void {
    this.#owners.delete(owner);
    this.#slots.delete(owner);
    if (this.#owners.size === 0 && !this.#running) this.drop();
  }

  has(owner: Owner): boolean {
    return this.#slots.has(owner);
  }

  /** The owner's next frame has none before it. */
  forget(owner: Owner): void {
    this.#slots.delete(owner);
  }

  /**
   * For a run that draws a frame for each of the owners; one run at a time.
   * @param length of the batch: what is missing to it is filled up with frames of nobody.
   */
  plan(owners: readonly Owner[], length: number): KeepingPlan<Owner> {
    this.#running = true;
    const slots = owners.map((owner) => this.#slots.get(owner));
    const keepers = [...new Set([...this.#slots.keys(), ...owners])];
    // Powers of two: each number of slots that a device has not seen is compiled for.
    const keep = new Int32Array(2 ** Math.ceil(Math.log2(keepers.length)));
    for (const [slot, owner] of keepers.entries()) {
      const drawn = owners.indexOf(owner);
      keep[slot] = drawn < 0 ? this.#slots.get(owner)! : this.#count + drawn;
    }
    return {
      kept: this.#tensor ?? {
        dims: [this.#count, this.#length],
        data: new Uint8Array(this.#count * this.#length),
      },
      from: Int32Array.from({ length }, (_, i) => slots[i] ?? 0),
      fresh: Float32Array.from({ length }, (_, i) => (slots[i] === undefined ? 1 : 0)),
      keep,
      keepers,
    };
  }

  /** The run is done. @param tensor what it made of the plan; this one's to dispose of. */
  take({ keepers }: KeepingPlan<Owner>, tensor: DeviceTensor): void {
    this.drop();
    this.#tensor = tensor;
    [this.#count = 1] = tensor.dims;
    for (const [slot, owner] of keepers.entries()) {
      // Who has gone meanwhile has no use for it.
      if (this.#owners.has(owner)) this.#slots.set(owner, slot);
    }
    if (this.#owners.size === 0) this.drop();
  }

  /** Gives back what it has of the device; nobody has a previous output any more. */
  drop(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
    this.#slots.clear();
    this.#count = 1;
    this.#running = false;
  }
}
