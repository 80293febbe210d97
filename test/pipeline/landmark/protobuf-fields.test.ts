import { describe, expect, it } from 'vitest';
import { protobufFields, varints } from '../../../src/pipeline/landmark/protobuf-fields.ts';

/** As the encoding's own documentation has them: field 1 = 150, field 2 = "testing", field 6 = 3, 270, 86942. */
const NUMBER = [0x08, 0x96, 0x01];
const TEXT = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67];
const PACKED = [0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05];
const FLOAT = [0x25, 1, 2, 3, 4];
const DOUBLE = [0x29, 1, 2, 3, 4, 5, 6, 7, 8];

describe('the fields of a protobuf message', () => {
  it('are read one after another, of every kind', () => {
    const bytes = Uint8Array.of(...NUMBER, ...FLOAT, ...TEXT, ...DOUBLE);
    const fields = [...protobufFields(bytes)];
    expect(fields.map(({ number }) => number)).toEqual([1, 4, 2, 5]);
    expect(fields[0]!.value).toBe(150);
    expect(new TextDecoder().decode(fields[2]!.content)).toBe('testing');
    expect(Buffer.concat(fields.map(({ raw }) => raw))).toEqual(Buffer.from(bytes));
  });

  it('hold several numbers packed, or one', () => {
    const [packed, single] = [...protobufFields(Uint8Array.of(...PACKED, ...NUMBER))];
    expect([...varints(packed!)]).toEqual([3, 270, 86942]);
    expect([...varints(single!)]).toEqual([150]);
  });

  it.each([
    ['cut off in a number', NUMBER.slice(0, 2)],
    ['cut off in a text', TEXT.slice(0, 5)],
    ['cut off in a float', FLOAT.slice(0, 3)],
    ['of a kind that there is not', [0x0f]],
    ['with a number that does not end', [0x08, ...new Array(12).fill(0xff)]],
  ])('are refused where they are %s', (_, bytes) => {
    expect(() => [...protobufFields(Uint8Array.from(bytes))]).toThrow(SyntaxError);
  });
});
