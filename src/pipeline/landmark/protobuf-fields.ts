/** One field of a protobuf message (protobuf.dev, "Encoding"), as it lies in the bytes. */
export interface ProtobufField {
  readonly number: number;
  /** The field whole, with its tag: what it takes to write it again unchanged. */
  readonly raw: Uint8Array;
  /** What a length-delimited field holds; empty for a number. */
  readonly content: Uint8Array;
  /** What a varint field holds; 0 for any other. */
  readonly value: number;
}

const WIRE = Object.freeze({ varint: 0, fixed64: 1, delimited: 2, fixed32: 5 });

/**
 * The fields of a message in their order; views of the bytes, nothing is copied.
 * @throws SyntaxError where the bytes are no protobuf message.
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      // Ten bytes hold 64 bits; past 2^53 only the sign of negative numbers is lost, and nobody asks for it.
      if (byte === undefined || scale > 128 ** 9) throw new SyntaxError('a number is cut off');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    let content = message.subarray(at, at);
    let value = 0;
    if (wire === WIRE.varint) value = varint();
    else if (wire === WIRE.fixed64) at += 8;
    else if (wire === WIRE.fixed32) at += 4;
    else if (wire === WIRE.delimited) {
      const length = varint();
      content = message.subarray(at, at + length);
      at += length;
    } else throw new SyntaxError(`a field of wire type ${wire}`);
    if (at > message.length) throw new SyntaxError('a field is longer than its message');
    yield { number, raw: message.subarray(start, at), content, value };
  }
}

/** The packed or single numbers of a repeated varint field. */
export function* varints({ content, value }: ProtobufField): Generator<number> {
  if (content.length === 0) {
    yield value;
    return;
  }
  let number = 0;
  let scale = 1;
  for (const byte of content) {
    number += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    yield number;
    [number, scale] = [0, 1];
  }
}
