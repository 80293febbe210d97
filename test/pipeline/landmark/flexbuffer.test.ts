import { describe, expect, it } from 'vitest';
import { readFlexMap } from '../../../src/pipeline/landmark/flexbuffer.ts';

/**
 * `{a: -2, b: 1.5, list: [7, 300]}` as the format's own builder lays it out: keys, the list with its
 * length before it, the vector of keys, then the map's values and their types.
 */
function flexMap(): Uint8Array {
  const text = new TextEncoder().encode('a\0b\0list\0'); // keys at 0, 2, 4
  const list = [2, 0, 7, 0, 44, 1]; // 16-bit: length, 7, 300; the items begin at 12
  const bytes = [...text, 0, ...list, 0, 0];
  const keysLength = bytes.length;
  bytes.push(3); // the vector of keys, 8-bit: its length, then how far back each key lies
  for (const key of [0, 2, 4]) bytes.push(bytes.length - key);
  const keys = keysLength + 1;
  while (bytes.length % 4 !== 0) bytes.push(0);
  const u32 = (value: number) => bytes.push(value & 255, (value >> 8) & 255, 0, 0);
  u32(bytes.length - keys); // how far back the keys lie
  u32(1); // the width of the keys' vector
  u32(3); // how many values
  const values = bytes.length;
  bytes.push(0xfe, 0xff, 0xff, 0xff);
  bytes.push(0, 0, 0xc0, 0x3f);
  u32(bytes.length - 12);
  bytes.push((1 << 2) | 2, (3 << 2) | 2, (11 << 2) | 1);
  bytes.push(bytes.length - values, (9 << 2) | 2, 1);
  return Uint8Array.from(bytes);
}

describe('readFlexMap', () => {
  it('reads numbers of either sign, floats and lists', () => {
    expect([...readFlexMap(flexMap())]).toEqual([
      ['a', -2],
      ['b', 1.5],
      ['list', [7, 300]],
    ]);
  });

  it('refuses anything but a map', () => {
    expect(() => readFlexMap(Uint8Array.of(5, 4, 1))).toThrow(RangeError);
    expect(() => readFlexMap(new Uint8Array(0))).toThrow(RangeError);
  });

  it('never reads outside a damaged one: it reads it or refuses it', () => {
    const whole = flexMap();
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const damaged = whole.slice();
        damaged[at] = value;
        try {
          expect(readFlexMap(damaged).size).toBeLessThanOrEqual(255);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }
  });
});
