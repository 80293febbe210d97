import type { RtpTime } from '../../time.ts';

/** One RTP packet (RFC 3550 §5.1) with its header extensions (RFC 8285) taken apart. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bit, wraps. */
  readonly sequence: number;
  readonly timestamp: RtpTime;
  readonly ssrc: number;
  /** Extension elements by their negotiated local id. */
  readonly extensions: ReadonlyMap<number, Buffer>;
  /** Without padding; a view of the datagram. */
  readonly payload: Buffer;
}

const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_PROFILE = 0xbede;
/** The lower 4 bits are application bits (RFC 8285 §4.3). */
const TWO_BYTE_PROFILE = 0x1000;
const NO_EXTENSIONS: ReadonlyMap<number, Buffer> = new Map();

/** @returns undefined for anything that is not a well-formed RTP packet; never throws. */
export function parseRtp(data: Buffer): RtpPacket | undefined {
  if (data.length < FIXED_HEADER_BYTES) return undefined;
  const first = data[0]!;
  if (first >> 6 !== 2) return undefined;
  let offset = FIXED_HEADER_BYTES + (first & 0x0f) * 4;
  let extensions = NO_EXTENSIONS;
  if (first & 0x10) {
    if (offset + 4 > data.length) return undefined;
    const profile = data.readUInt16BE(offset);
    const length = data.readUInt16BE(offset + 2) * 4;
    offset += 4;
    if (offset + length > data.length) return undefined;
    extensions = parseExtensions(profile, data.subarray(offset, offset + length));
    offset += length;
  }
  let end = data.length;
  if (first & 0x20) {
    const padding = data[data.length - 1]!;
    if (padding === 0 || offset + padding > data.length) return undefined;
    end -= padding;
  }
  if (offset > end) return undefined;
  return {
    payloadType: data[1]! & 0x7f,
    marker: (data[1]! & 0x80) !== 0,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    extensions,
    payload: data.subarray(offset, end),
  };
}

function parseExtensions(profile: number, data: Buffer): ReadonlyMap<number, Buffer> {
  const oneByte = profile === ONE_BYTE_PROFILE;
  if (!oneByte && (profile & 0xfff0) !== TWO_BYTE_PROFILE) return NO_EXTENSIONS;
  const extensions = new Map<number, Buffer>();
  let at = 0;
  while (at < data.length) {
    const head = data[at]!;
    if (head === 0) {
      at += 1;
      continue;
    }
    let id: number;
    let length: number;
    if (oneByte) {
      id = head >> 4;
      length = (head & 0x0f) + 1;
      at += 1;
      // Id 15 ends the list (RFC 8285 §4.2).
      if (id === 15) break;
    } else {
      if (at + 2 > data.length) break;
      id = head;
      length = data[at + 1]!;
      at += 2;
    }
    if (at + length > data.length) break;
    extensions.set(id, data.subarray(at, at + length));
    at += length;
  }
  return extensions;
}

export interface RtpHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: RtpTime;
  readonly ssrc: number;
  /** Ids 1–14 with 1–16 bytes each: the one-byte form is always enough for what is sent here. */
  readonly extensions: readonly (readonly [id: number, data: Buffer])[];
}

export function writeRtpHeader(header: RtpHeader): Buffer {
  let extensionBytes = 0;
  for (const [, data] of header.extensions) extensionBytes += 1 + data.length;
  const words = Math.ceil(extensionBytes / 4);
  const out = Buffer.alloc(FIXED_HEADER_BYTES + (words > 0 ? 4 + words * 4 : 0));
  out[0] = words > 0 ? 0x90 : 0x80;
  out[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  out.writeUInt16BE(header.sequence, 2);
  out.writeUInt32BE(header.timestamp >>> 0, 4);
  out.writeUInt32BE(header.ssrc >>> 0, 8);
  if (words > 0) {
    out.writeUInt16BE(ONE_BYTE_PROFILE, 12);
    out.writeUInt16BE(words, 14);
    let at = 16;
    for (const [id, data] of header.extensions) {
      out[at] = (id << 4) | (data.length - 1);
      data.copy(out, at + 1);
      at += 1 + data.length;
    }
  }
  return out;
}
