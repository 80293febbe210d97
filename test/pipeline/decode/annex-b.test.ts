import { describe, expect, test } from 'vitest';
import { nalUnits, unescapeNal } from '../../../src/pipeline/decode/annex-b.ts';

const split = (...bytes: number[]) =>
  [...nalUnits(Uint8Array.from(bytes))].map(({ type, bytes }) => [type, [...bytes]]);

describe('an Annex B byte stream', () => {
  test('is split at three-byte and four-byte start codes', () => {
    expect(split(0, 0, 0, 1, 0x67, 9, 0, 0, 1, 0x68, 8, 0, 0, 0, 1, 0x65, 7)).toEqual([
      [7, [0x67, 9]],
      [8, [0x68, 8]],
      [5, [0x65, 7]],
    ]);
  });

  test('may end its units in zeros that do not belong to them', () => {
    expect(split(0, 0, 1, 0x41, 5, 0, 0, 0)).toEqual([[1, [0x41, 5]]]);
  });

  test('holds nothing before its first start code, and nothing between two in a row', () => {
    expect(split(0x65, 1, 2)).toEqual([]);
    expect(split(9, 0, 0, 1, 0, 0, 1, 0x41)).toEqual([[1, [0x41]]]);
  });

  test('hands out views, not copies', () => {
    const stream = Uint8Array.from([0, 0, 1, 0x41, 5]);
    const [unit] = nalUnits(stream);
    expect(unit!.bytes.buffer).toBe(stream.buffer);
  });
});

test('emulation prevention bytes are removed, and no other threes', () => {
  expect([...unescapeNal(Uint8Array.from([3, 0, 0, 3, 1, 0, 3, 0, 0, 3]))]).toEqual([
    3, 0, 0, 1, 0, 3, 0, 0,
  ]);
});
