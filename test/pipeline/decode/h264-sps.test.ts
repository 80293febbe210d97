import { describe, expect, test } from 'vitest';
import { parseH264Sps } from '../../../src/pipeline/decode/h264-sps.ts';
import { bitsToBytes, se, ue } from '../bit-string.ts';

const sps = (hex: string) => parseH264Sps(Uint8Array.from(Buffer.from(hex, 'hex')));

/** As x264 writes them. */
const BASELINE = '6742c00dd901419f9e10000003001000000303c8f142a480';
const INTERLACED = '6764001eace402818fcf08000003000800000301e4f8a15240';
const FULL_CHROMA = '67f4000d9196405067e3610000030001000003003c8f142a48';
const TEN_BITS = '676e000da6cb202833f3c2000003000200000300791e285490';

/** High profile, 352x288. */
const WITH_SCALING_LISTS = Uint8Array.from([
  0x67,
  100,
  0,
  13,
  ...bitsToBytes(
    [
      `${ue(0) + ue(1) + ue(0) + ue(0)}0`,
      // Eight lists: a whole one of sixteen, five absent, one that ends at once, one absent.
      `1 1${se(1).repeat(16)} 00000 1${se(-8)} 0`,
      `${ue(0) + ue(2) + ue(1)}0${ue(21)}${ue(17)}1`,
      '1001',
    ].join(' '),
  ),
]);

describe('a sequence parameter set', () => {
  test('of constrained baseline gives the coded size: whole macroblocks, before cropping', () => {
    expect(sps(BASELINE)).toEqual({
      profile: 66,
      level: 13,
      chromaFormat: 1,
      bitDepth: 8,
      codedWidth: 320,
      codedHeight: 192,
    });
  });

  test('of an interlaced stream counts both fields', () => {
    expect(sps(INTERLACED)).toMatchObject({ codedWidth: 640, codedHeight: 384 });
  });

  test('with scaling lists is read past them', () => {
    expect(parseH264Sps(WITH_SCALING_LISTS)).toMatchObject({
      profile: 100,
      codedWidth: 352,
      codedHeight: 288,
    });
  });

  test('tells a sample layout that browsers do not send', () => {
    expect(sps(FULL_CHROMA)).toMatchObject({ chromaFormat: 3, bitDepth: 8, codedWidth: 320 });
    expect(sps(TEN_BITS)).toMatchObject({ chromaFormat: 1, bitDepth: 10, codedWidth: 320 });
  });

  test('that breaks off is refused', () => {
    expect(sps('6742c0')).toBeUndefined();
    expect(sps('67')).toBeUndefined();
  });

  test('full of zeros is refused', () => {
    expect(sps('6742c00d000000000000000000000000')).toBeUndefined();
  });
});
