import type { PayloadPart } from './depacketizer.ts';

const START_CODE = Buffer.from([0, 0, 0, 1]);
const IDR = 5;
const SPS = 7;
const STAP_A = 24;
const FU_A = 28;

/** Reads an H.264 payload in packetization mode 0 or 1 (RFC 6184 §5) into Annex B. */
export function readH264Payload(payload: Buffer): PayloadPart | undefined {
  if (payload.length < 2) return undefined;
  const type = payload[0]! & 0x1f;
  if (type >= 1 && type <= 23) {
    return { parts: [START_CODE, payload], starts: type === SPS, keyframe: type === IDR };
  }
  if (type === STAP_A) return readStapA(payload);
  if (type === FU_A) return readFuA(payload);
  return undefined;
}

function readStapA(payload: Buffer): PayloadPart | undefined {
  const parts: Buffer[] = [];
  let starts = false;
  let keyframe = false;
  for (let at = 1; at < payload.length; ) {
    if (at + 2 > payload.length) return undefined;
    const length = payload.readUInt16BE(at);
    at += 2;
    if (length === 0 || at + length > payload.length) return undefined;
    const type = payload[at]! & 0x1f;
    if (type === SPS) starts = true;
    if (type === IDR) keyframe = true;
    parts.push(START_CODE, payload.subarray(at, at + length));
    at += length;
  }
  return parts.length > 0 ? { parts, starts, keyframe } : undefined;
}

function readFuA(payload: Buffer): PayloadPart | undefined {
  if (payload.length < 3) return undefined;
  const header = payload[1]!;
  const type = header & 0x1f;
  if (header & 0x80) {
    const nal = Buffer.from([(payload[0]! & 0xe0) | type]);
    return {
      parts: [START_CODE, nal, payload.subarray(2)],
      starts: type === SPS,
      keyframe: type === IDR,
    };
  }
  return { parts: [payload.subarray(2)], starts: false, keyframe: type === IDR };
}
