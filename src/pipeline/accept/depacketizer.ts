/**
 * What one RTP payload adds to a frame. Codec-specific reading of a payload, without state of its
 * own beyond one frame: order and completeness are the assembler's.
 */
export interface PayloadPart {
  /** Bytes to append to the frame, in order; views of the payload where possible. */
  readonly parts: readonly Buffer[];
  /** This payload can only be the first of a frame. */
  readonly starts: boolean;
  /** The frame it belongs to can be decoded without any other. */
  readonly keyframe: boolean;
}

/** @returns undefined where the payload is malformed; never throws. */
export type Depacketizer = (payload: Buffer) => PayloadPart | undefined;
