import type { RtpPacket } from './rtp-packet.ts';

/**
 * Takes a retransmission (RFC 4588 §4) apart: the original sequence number stands before the
 * original payload.
 * @returns undefined for one without an original, as bandwidth probes are.
 */
export function unwrapRtx(
  packet: RtpPacket,
  original: { readonly ssrc: number; readonly payloadType: number },
): RtpPacket | undefined {
  if (packet.payload.length <= 2) return undefined;
  return {
    ...packet,
    ssrc: original.ssrc,
    payloadType: original.payloadType,
    sequence: packet.payload.readUInt16BE(0),
    payload: packet.payload.subarray(2),
  };
}

/** The payload of a retransmission of a packet. */
export function wrapRtx(sequence: number, payload: Buffer): Buffer {
  const out = Buffer.allocUnsafe(payload.length + 2);
  out.writeUInt16BE(sequence & 0xffff, 0);
  payload.copy(out, 2);
  return out;
}
