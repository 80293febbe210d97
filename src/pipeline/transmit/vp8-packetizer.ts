/** Keeps a packet under 1200 bytes with its extensions: what every path is known to carry. */
export const MAX_PAYLOAD_BYTES = 1100;

/**
 * Splits VP8 frames into RTP payloads (RFC 7741 §4). One per stream: the picture id counts the
 * frames of that stream, across encoders.
 */
export class Vp8Packetizer {
  #pictureId: number;

  /** @param firstPictureId 15 bit, random in production. */
  constructor(firstPictureId: number) {
    this.#pictureId = firstPictureId & 0x7fff;
  }

  /** @returns payloads of nearly equal size: the last one is then not a straggler. */
  packetize(frame: Uint8Array): Buffer[] {
    const source = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    const room = MAX_PAYLOAD_BYTES - 4;
    const count = Math.max(1, Math.ceil(source.length / room));
    const payloads: Buffer[] = [];
    let from = 0;
    for (let i = 0; i < count; i += 1) {
      const to = Math.floor((source.length * (i + 1)) / count);
      const payload = Buffer.allocUnsafe(4 + to - from);
      // X, and S on the first; then I; then a 15-bit picture id with its M bit.
      payload[0] = 0x80 | (i === 0 ? 0x10 : 0);
      payload[1] = 0x80;
      payload.writeUInt16BE(0x8000 | this.#pictureId, 2);
      source.copy(payload, 4, from, to);
      payloads.push(payload);
      from = to;
    }
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    return payloads;
  }
}
