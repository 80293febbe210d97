/**
 * Read-only view of a FlatBuffers table (https://flatbuffers.dev/internals): just the accessors that
 * a TFLite model needs, without generated code. Every offset is checked by DataView, so a damaged
 * file throws RangeError and never reads outside its own bytes.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #position: number;

  constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
  }

  /** The root table of a whole file. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where field `index` lies, or undefined where the writer left it out (it has its default). */
  #field(index: number): number | undefined {
    const vtable = this.#position - this.#view.getInt32(this.#position, true);
    const slot = 4 + 2 * index;
    if (slot >= this.#view.getUint16(vtable, true)) return undefined;
    const offset = this.#view.getUint16(vtable + slot, true);
    return offset === 0 ? undefined : this.#position + offset;
  }

  #indirect(position: number): number {
    return position + this.#view.getUint32(position, true);
  }

  int8(index: number, fallback = 0): number {
    const at = this.#field(index);
    return at === undefined ? fallback : this.#view.getInt8(at);
  }

  uint8(index: number, fallback = 0): number {
    const at = this.#field(index);
    return at === undefined ? fallback : this.#view.getUint8(at);
  }

  int32(index: number, fallback = 0): number {
    const at = this.#field(index);
    return at === undefined ? fallback : this.#view.getInt32(at, true);
  }

  table(index: number): FlatTable | undefined {
    const at = this.#field(index);
    return at === undefined ? undefined : new FlatTable(this.#view, this.#indirect(at));
  }

  string(index: number): string {
    return new TextDecoder().decode(this.bytes(index));
  }

  tables(index: number): FlatTable[] {
    const vector = this.#vector(index, 4);
    return Array.from(
      { length: vector.length },
      (_, i) => new FlatTable(this.#view, this.#indirect(vector.start + 4 * i)),
    );
  }

  int32s(index: number): number[] {
    const vector = this.#vector(index, 4);
    return Array.from({ length: vector.length }, (_, i) =>
      this.#view.getInt32(vector.start + 4 * i, true),
    );
  }

  uint16s(index: number): number[] {
    const vector = this.#vector(index, 2);
    return Array.from({ length: vector.length }, (_, i) =>
      this.#view.getUint16(vector.start + 2 * i, true),
    );
  }

  /** A view of a byte vector, not a copy. */
  bytes(index: number): Uint8Array {
    const vector = this.#vector(index, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + vector.start, vector.length);
  }

  #vector(index: number, itemBytes: number): { start: number; length: number } {
    const at = this.#field(index);
    if (at === undefined) return { start: 0, length: 0 };
    const start = this.#indirect(at);
    const length = this.#view.getUint32(start, true);
    if (start + 4 + length * itemBytes > this.#view.byteLength) {
      throw new RangeError(`a vector of ${length} items ends outside the file`);
    }
    return { start: start + 4, length };
  }
}
