import type { PayloadPart } from './depacketizer.ts';

/** Reads a VP8 payload (RFC 7741 §4.2): strips the payload descriptor. */
export function readVp8Payload(payload: Buffer): PayloadPart | undefined {
  if (payload.length < 2) return undefined;
  const first = payload[0]!;
  let at = 1;
  if (first & 0x80) {
    const extended = payload[at]!;
    at += 1;
    // Picture id: one byte, or two where its top bit is set.
    if (extended & 0x80) {
      if (at >= payload.length) return undefined;
      at += payload[at]! & 0x80 ? 2 : 1;
    }
    if (extended & 0x40) at += 1;
    if (extended & 0x30) at += 1;
  }
  if (at >= payload.length) return undefined;
  const starts = (first & 0x10) !== 0 && (first & 0x07) === 0;
  return {
    parts: [payload.subarray(at)],
    starts,
    // The frame tag's lowest bit is 0 on a keyframe (RFC 6386 §9.1).
    keyframe: starts && (payload[at]! & 1) === 0,
  };
}
