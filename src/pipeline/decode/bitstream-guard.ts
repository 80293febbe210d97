import { NAL_IDR, NAL_SLICE, NAL_SPS, nalUnits } from './annex-b.ts';
import { DecodeError } from './decode-error.ts';
import { parseH264Sps } from './h264-sps.ts';
import { MAX_DECODED_PIXELS, type VideoCodec } from './video-decoder.ts';
import { parseVp8Header } from './vp8-header.ts';

/**
 * Stands before a decoder and reads only headers: a picture too large is refused before any
 * codec library has seen, hence allocated, it; and after a loss nothing is decoded until the
 * next keyframe, because both codecs would otherwise build on a reference that is not there
 * and say nothing about it.
 */
export class BitstreamGuard {
  readonly #codec: VideoCodec;
  #state: 'fresh' | 'flowing' | 'lost' = 'fresh';

  constructor(codec: VideoCodec) {
    this.#codec = codec;
  }

  /**
   * @returns `restart`: this keyframe follows damage, so the decoder should forget all before it.
   * @throws DecodeError `decode_corrupt`, `decode_too_large`; the next keyframe mends either.
   */
  admit(frame: Uint8Array): { restart: boolean } {
    try {
      const keyframe = this.#codec === 'vp8' ? inspectVp8(frame) : inspectH264(frame);
      if (!keyframe && this.#state !== 'flowing') {
        throw new DecodeError('decode_corrupt', this.#codec, 'a keyframe must come first');
      }
      const restart = this.#state === 'lost';
      this.#state = 'flowing';
      return { restart };
    } catch (error) {
      this.lose();
      throw error;
    }
  }

  /** The decoder failed: whatever refers to this frame is refused too. */
  lose(): void {
    this.#state = 'lost';
  }
}

function inspectVp8(frame: Uint8Array): boolean {
  const header = parseVp8Header(frame);
  if (header === undefined) {
    throw new DecodeError('decode_corrupt', 'vp8', 'not a whole VP8 frame', {
      value: `${frame.length} bytes`,
    });
  }
  if (header.keyframe) checkSize('vp8', header.width!, header.height!);
  return header.keyframe;
}

function inspectH264(frame: Uint8Array): boolean {
  let keyframe = false;
  let slices = 0;
  for (const nal of nalUnits(frame)) {
    if (nal.type === NAL_IDR) keyframe = true;
    if (nal.type >= NAL_SLICE && nal.type <= NAL_IDR) slices++;
    if (nal.type === NAL_SPS) checkSps(nal.bytes);
  }
  if (slices === 0) {
    throw new DecodeError('decode_corrupt', 'h264', 'no slice in the access unit', {
      value: `${frame.length} bytes`,
    });
  }
  return keyframe;
}

function checkSps(nal: Uint8Array): void {
  const sps = parseH264Sps(nal);
  if (sps === undefined) {
    throw new DecodeError('decode_corrupt', 'h264', 'the sequence parameter set is broken');
  }
  checkSize('h264', sps.codedWidth, sps.codedHeight);
  if (sps.chromaFormat !== 1 || sps.bitDepth !== 8) {
    throw new DecodeError('decode_corrupt', 'h264', 'this sample layout is not decoded', {
      value: { chromaFormat: sps.chromaFormat, bitDepth: sps.bitDepth },
      valid: '4:2:0, 8 bit',
    });
  }
}

function checkSize(codec: VideoCodec, width: number, height: number): void {
  if (width * height <= MAX_DECODED_PIXELS) return;
  throw new DecodeError('decode_too_large', codec, `${width}x${height} pixels are too many`, {
    value: { width, height },
    valid: `at most ${MAX_DECODED_PIXELS} pixels`,
  });
}
