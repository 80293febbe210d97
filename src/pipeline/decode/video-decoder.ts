import type { CameraFrame } from '../picture.ts';

export type VideoCodec = 'vp8' | 'h264';

/** Larger pictures are refused before a byte of them is allocated: a forged header is cheap. */
export const MAX_DECODED_PIXELS = 1920 * 1088;

/**
 * One stream's decoder. Frames go in whole (as assembled from RTP; H.264 in Annex B).
 * Calls must not overlap. The caller owns the returned frame.
 */
export interface VideoDecoder {
  readonly codec: VideoCodec;
  readonly backend: string;
  /**
   * @param spare a frame of this decoder's that nobody reads any more: the picture may be written into its
   *   memory, so that pictures of one stream need not be allocated anew, and it is no frame after that.
   * @returns the picture, or undefined where the codec shows none for this input.
   * @throws UnderstudyError `decode_corrupt` (ask for a keyframe and go on),
   *   `decode_too_large` (over {@link MAX_DECODED_PIXELS}), `decode_closed`.
   */
  decode(frame: Uint8Array, spare?: CameraFrame): Promise<CameraFrame | undefined>;
  close(): void;
}
