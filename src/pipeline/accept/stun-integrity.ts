import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const MESSAGE_INTEGRITY = 0x0008;
const INTEGRITY_BYTES = 20;

/**
 * Checks a STUN message's MESSAGE-INTEGRITY with a short-term credential (RFC 8489 §14.5):
 * HMAC-SHA1 over everything before the attribute, with the length field as if it were the last.
 * @returns false too where the attribute is missing; never throws.
 */
export function verifyStunIntegrity(message: Buffer, password: string): boolean {
  if (message.length < HEADER_BYTES || message.readUInt32BE(4) !== MAGIC_COOKIE) return false;
  for (let at = HEADER_BYTES; at + 4 <= message.length; ) {
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    if (at + 4 + length > message.length) return false;
    if (type === MESSAGE_INTEGRITY) {
      if (length !== INTEGRITY_BYTES) return false;
      const covered = Buffer.from(message.subarray(0, at));
      covered.writeUInt16BE(at - HEADER_BYTES + 4 + INTEGRITY_BYTES, 2);
      const expected = createHmac('sha1', password).update(covered).digest();
      return timingSafeEqual(expected, message.subarray(at + 4, at + 4 + length));
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return false;
}
