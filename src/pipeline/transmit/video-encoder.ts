import type { Flavor, Milli } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { AvatarFrame, Px } from '../picture.ts';

export type BitsPerSecond = Flavor<number, 'bps'>;

export interface VideoEncoderOptions {
  readonly codec: VideoCodec;
  readonly width: Px;
  readonly height: Px;
  readonly fps: number;
  readonly bitrate: BitsPerSecond;
}

/** One whole coded frame (VP8 frame, or H.264 access unit in Annex B). The receiver owns it. */
export interface EncodedFrame {
  readonly data: Uint8Array;
  readonly keyframe: boolean;
}

/** One stream's encoder: no B-frames, no lookahead, one frame out per frame in. Calls must not overlap. */
export interface VideoEncoder {
  readonly codec: VideoCodec;
  readonly backend: string;
  /**
   * @param at presentation time on the stream's own clock, strictly increasing.
   * @throws UnderstudyError `encode_failed`, `encode_size_mismatch`, `encode_closed`.
   */
  encode(frame: AvatarFrame, at: Milli, options: { keyframe: boolean }): Promise<EncodedFrame>;
  /** Takes effect from the next frame on; a backend that must reopen forces a keyframe itself. */
  setBitrate(bitrate: BitsPerSecond): void;
  close(): void;
}
