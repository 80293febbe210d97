import type { Px } from '../picture.ts';
import { unescapeNal } from './annex-b.ts';
import { BitReader } from './bit-reader.ts';

/** What a sequence parameter set says about memory and sample layout (ITU-T H.264 §7.3.2.1). */
export interface H264Sps {
  readonly profile: number;
  readonly level: number;
  /** 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  /** Whole macroblocks, before cropping: what a decoder allocates. */
  readonly codedWidth: Px;
  readonly codedHeight: Px;
}

/** Profiles whose SPS carries chroma format and bit depth (§7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Reads an SPS NAL unit (header byte included) up to the picture size.
 * @returns undefined where the bytes end too early or hold an impossible value.
 */
export function parseH264Sps(nal: Uint8Array): H264Sps | undefined {
  const bits = new BitReader(unescapeNal(nal.subarray(1)));
  const profile = bits.bits(8);
  bits.bits(8);
  const level = bits.bits(8);
  bits.ue();
  let chromaFormat = 1;
  let bitDepth = 8;
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = bits.ue();
    if (chromaFormat === 3) bits.bit();
    bitDepth = 8 + Math.max(bits.ue(), bits.ue());
    bits.bit();
    if (bits.bit() === 1) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  bits.ue();
  skipOrderCount(bits);
  bits.ue();
  bits.bit();
  const widthInMacroblocks = bits.ue() + 1;
  const heightInMapUnits = bits.ue() + 1;
  const fieldPictures = 2 - bits.bit();
  if (bits.exhausted || chromaFormat > 3 || bitDepth > 14) return undefined;
  return {
    profile,
    level,
    chromaFormat,
    bitDepth,
    codedWidth: widthInMacroblocks * 16,
    codedHeight: heightInMapUnits * fieldPictures * 16,
  };
}

function skipOrderCount(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.bit();
  bits.se();
  bits.se();
  const cycle = bits.ue();
  for (let i = 0; i < cycle && !bits.exhausted; i++) bits.se();
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (bits.bit() === 0) continue;
    const size = list < 6 ? 16 : 64;
    let last = 8;
    let next = 8;
    for (let i = 0; i < size && !bits.exhausted; i++) {
      if (next !== 0) next = (last + bits.se() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}
