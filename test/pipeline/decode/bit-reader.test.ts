import { expect, test } from 'vitest';
import { BitReader } from '../../../src/pipeline/decode/bit-reader.ts';
import { bitsToBytes, se, ue } from '../bit-string.ts';

const reader = (bits: string) => new BitReader(bitsToBytes(bits));

test('bits are read most significant first, across bytes', () => {
  const bits = reader('1010000000001111');
  expect([bits.bit(), bits.bits(3), bits.bits(12)]).toEqual([1, 2, 15]);
});

test('32 bits stay a positive number', () => {
  expect(reader('1'.repeat(32)).bits(32)).toBe(0xffffffff);
});

test('unsigned Exp-Golomb codes are those of table 9-2', () => {
  const bits = reader('1 010 011 00100 00101 0001000');
  expect(Array.from({ length: 6 }, () => bits.ue())).toEqual([0, 1, 2, 3, 4, 7]);
});

test('signed Exp-Golomb codes alternate from positive to negative', () => {
  const bits = reader('1 010 011 00100 00101');
  expect(Array.from({ length: 5 }, () => bits.se() + 0)).toEqual([0, 1, -1, 2, -2]);
});

test('codes of any size come back', () => {
  const values = [0, 1, 499, 65_535, 4_294_967_294];
  const bits = reader(values.map(ue).join(''));
  expect(values.map(() => bits.ue())).toEqual(values);
  const signed = reader([-300, 300].map(se).join(''));
  expect([signed.se(), signed.se()]).toEqual([-300, 300]);
});

test('reading past the end gives zeros and says so', () => {
  const bits = reader('11111111');
  bits.bits(8);
  expect(bits.exhausted).toBe(false);
  expect(bits.bit()).toBe(0);
  expect(bits.exhausted).toBe(true);
});

test('an endless run of zeros is no number', () => {
  expect(reader('0'.repeat(80)).ue()).toBe(Number.POSITIVE_INFINITY);
  expect(reader('0'.repeat(8)).ue()).toBe(Number.POSITIVE_INFINITY);
});
