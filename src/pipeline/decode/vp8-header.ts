import type { Px } from '../picture.ts';

/** The uncompressed data chunk at the head of every VP8 frame (RFC 6386 §9.1). */
export interface Vp8Header {
  readonly keyframe: boolean;
  /** Bitstream profile, 0–3. */
  readonly version: number;
  readonly shown: boolean;
  /** Bytes of the first partition, which starts after the header. */
  readonly firstPartition: number;
  /** Bytes of this header: 3, and 10 on a keyframe. */
  readonly length: number;
  /** Keyframes only. */
  readonly width?: Px;
  readonly height?: Px;
}

const INTER_HEADER = 3;
const KEY_HEADER = 10;
const LAST_VERSION = 3;

/**
 * Reads the frame header without decoding anything.
 * @returns undefined where the bytes cannot be a whole VP8 frame: too short, wrong start code,
 *   unknown version, empty picture, or a first partition that runs past the end.
 */
export function parseVp8Header(frame: Uint8Array): Vp8Header | undefined {
  if (frame.length < INTER_HEADER) return undefined;
  const tag = frame[0]! | (frame[1]! << 8) | (frame[2]! << 16);
  const keyframe = (tag & 1) === 0;
  const version = (tag >> 1) & 7;
  const shown = ((tag >> 4) & 1) === 1;
  const firstPartition = tag >> 5;
  const length = keyframe ? KEY_HEADER : INTER_HEADER;
  if (version > LAST_VERSION || firstPartition === 0) return undefined;
  if (length + firstPartition > frame.length) return undefined;
  if (!keyframe) return { keyframe, version, shown, firstPartition, length };
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return undefined;
  // The two top bits of each are an upscaling hint for the display, which browsers ignore too.
  const width = (frame[6]! | (frame[7]! << 8)) & 0x3fff;
  const height = (frame[8]! | (frame[9]! << 8)) & 0x3fff;
  if (width === 0 || height === 0) return undefined;
  return { keyframe, version, shown, firstPartition, length, width, height };
}
