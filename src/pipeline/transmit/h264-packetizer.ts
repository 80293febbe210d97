import { MAX_PAYLOAD_BYTES } from './vp8-packetizer.ts';

const STAP_A = 24;
const FU_A = 28;
/** Access unit delimiters say nothing that RTP does not (RFC 6184 §5.1 carries none of them). */
const AUD = 9;

/** Splits an Annex B access unit at its start codes; the units are views, without start codes. */
export function splitAnnexB(data: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let start = -1;
  let at = data.indexOf(START_CODE);
  while (at >= 0) {
    if (start >= 0) units.push(trimZeros(data.subarray(start, at)));
    start = at + 3;
    at = data.indexOf(START_CODE, start);
  }
  if (start >= 0) units.push(trimZeros(data.subarray(start)));
  return units.filter((unit) => unit.length > 0);
}

const START_CODE = Buffer.from([0, 0, 1]);

/** A four-byte start code leaves its first zero behind the unit before it. */
function trimZeros(unit: Buffer): Buffer {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  return unit.subarray(0, end);
}

/**
 * Splits an access unit into RTP payloads in packetization mode 1 (RFC 6184 §5.4): small units
 * together (STAP-A), large ones in parts (FU-A).
 * @param frame Annex B.
 */
export function packetizeH264(frame: Uint8Array): Buffer[] {
  const source = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const payloads: Buffer[] = [];
  let small: Buffer[] = [];
  let smallBytes = 1;
  const flush = () => {
    if (small.length === 1) payloads.push(small[0]!);
    else if (small.length > 1) payloads.push(aggregate(small));
    small = [];
    smallBytes = 1;
  };
  for (const unit of splitAnnexB(source)) {
    if ((unit[0]! & 0x1f) === AUD) continue;
    if (unit.length > MAX_PAYLOAD_BYTES) {
      flush();
      payloads.push(...fragment(unit));
      continue;
    }
    if (smallBytes + 2 + unit.length > MAX_PAYLOAD_BYTES) flush();
    small.push(unit);
    smallBytes += 2 + unit.length;
  }
  flush();
  return payloads;
}

function aggregate(units: readonly Buffer[]): Buffer {
  const out = Buffer.allocUnsafe(1 + units.reduce((sum, unit) => sum + 2 + unit.length, 0));
  // The aggregate is as important as its most important unit (RFC 6184 §5.7).
  out[0] = STAP_A | Math.max(...units.map((unit) => unit[0]! & 0x60));
  let at = 1;
  for (const unit of units) {
    at = out.writeUInt16BE(unit.length, at);
    at += unit.copy(out, at);
  }
  return out;
}

function fragment(unit: Buffer): Buffer[] {
  const head = unit[0]!;
  const body = unit.subarray(1);
  const count = Math.ceil(body.length / (MAX_PAYLOAD_BYTES - 2));
  const payloads: Buffer[] = [];
  let from = 0;
  for (let i = 0; i < count; i += 1) {
    const to = Math.floor((body.length * (i + 1)) / count);
    const payload = Buffer.allocUnsafe(2 + to - from);
    payload[0] = (head & 0xe0) | FU_A;
    payload[1] = (i === 0 ? 0x80 : 0) | (i === count - 1 ? 0x40 : 0) | (head & 0x1f);
    body.copy(payload, 2, from, to);
    payloads.push(payload);
    from = to;
  }
  return payloads;
}
