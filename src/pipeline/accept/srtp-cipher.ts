import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** One direction's session keys (RFC 3711 §4.3), imported once: from raw bytes that takes longer than a packet's cipher. */
export interface SrtpKeys {
  readonly encryption: KeyObject;
  /** 12 bytes with an AEAD profile, else 14. */
  readonly salt: Buffer;
  /** Of HMAC-SHA1; undefined with an AEAD profile. */
  readonly authentication: KeyObject | undefined;
}

/** What tells one packet of a direction from all others (RFC 3711 §3.2.3). */
interface PacketIndex {
  readonly ssrc: number;
  /** 16 bit. */
  readonly sequence: number;
  /** How often the sequence wrapped before. */
  readonly rollover: number;
}

/** Encrypts and decrypts RTP packets of one direction. */
export interface SrtpCipher {
  /** @returns the datagram. */
  seal(header: Buffer, payload: Buffer, index: PacketIndex): Buffer;
  /** @returns the RTP packet, or undefined where the datagram is not authentic; never throws. */
  open(datagram: Buffer, index: PacketIndex): Buffer | undefined;
}

export function srtpCipher(keys: SrtpKeys): SrtpCipher {
  const { authentication } = keys;
  return authentication ? new CounterCipher(keys, authentication) : new AeadCipher(keys);
}

const FIXED_HEADER_BYTES = 12;

/** AEAD_AES_128_GCM (RFC 7714). */
class AeadCipher implements SrtpCipher {
  static readonly #NAME = 'aes-128-gcm';
  static readonly #TAG_BYTES = 16;
  readonly #keys: SrtpKeys;
  /** Written anew for each packet: the cipher copies it. */
  readonly #iv = Buffer.alloc(12);

  constructor(keys: SrtpKeys) {
    this.#keys = keys;
  }

  seal(header: Buffer, payload: Buffer, index: PacketIndex): Buffer {
    const cipher = createCipheriv(AeadCipher.#NAME, this.#keys.encryption, this.#ivOf(index));
    cipher.setAAD(header);
    const sealed = cipher.update(payload);
    cipher.final();
    return Buffer.concat([header, sealed, cipher.getAuthTag()]);
  }

  open(datagram: Buffer, index: PacketIndex): Buffer | undefined {
    const end = datagram.length - AeadCipher.#TAG_BYTES;
    const headerBytes = headerLength(datagram, end);
    if (headerBytes === undefined) return undefined;
    const cipher = createDecipheriv(AeadCipher.#NAME, this.#keys.encryption, this.#ivOf(index));
    const header = datagram.subarray(0, headerBytes);
    cipher.setAAD(header);
    cipher.setAuthTag(datagram.subarray(end));
    const payload = cipher.update(datagram.subarray(headerBytes, end));
    try {
      cipher.final();
    } catch {
      // Forged or damaged: what was decrypted is let go of unseen.
      return undefined;
    }
    return Buffer.concat([header, payload]);
  }

  /** RFC 7714 §8.1. */
  #ivOf({ ssrc, sequence, rollover }: PacketIndex): Buffer {
    const iv = this.#iv;
    iv.writeUInt16BE(0, 0);
    iv.writeUInt32BE(ssrc, 2);
    iv.writeUInt32BE(rollover, 6);
    iv.writeUInt16BE(sequence, 10);
    return xor(iv, this.#keys.salt);
  }
}

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4.1.1, §4.2.1). */
class CounterCipher implements SrtpCipher {
  static readonly #NAME = 'aes-128-ctr';
  static readonly #TAG_BYTES = 10;
  readonly #keys: SrtpKeys;
  readonly #authentication: KeyObject;
  /** Written anew for each packet: the cipher copies it. */
  readonly #iv = Buffer.alloc(16);
  readonly #rollover = Buffer.alloc(4);

  constructor(keys: SrtpKeys, authentication: KeyObject) {
    this.#keys = keys;
    this.#authentication = authentication;
  }

  seal(header: Buffer, payload: Buffer, index: PacketIndex): Buffer {
    const cipher = createCipheriv(CounterCipher.#NAME, this.#keys.encryption, this.#ivOf(index));
    const sealed = cipher.update(payload);
    return Buffer.concat([header, sealed, this.#tag(index.rollover, header, sealed)]);
  }

  open(datagram: Buffer, index: PacketIndex): Buffer | undefined {
    const end = datagram.length - CounterCipher.#TAG_BYTES;
    const headerBytes = headerLength(datagram, end);
    if (headerBytes === undefined) return undefined;
    const tag = this.#tag(index.rollover, datagram.subarray(0, end));
    if (!timingSafeEqual(tag, datagram.subarray(end))) return undefined;
    const cipher = createDecipheriv(CounterCipher.#NAME, this.#keys.encryption, this.#ivOf(index));
    const payload = cipher.update(datagram.subarray(headerBytes, end));
    return Buffer.concat([datagram.subarray(0, headerBytes), payload]);
  }

  #ivOf({ ssrc, sequence, rollover }: PacketIndex): Buffer {
    const iv = this.#iv.fill(0);
    iv.writeUInt32BE(ssrc, 4);
    iv.writeUInt32BE(rollover, 8);
    iv.writeUInt16BE(sequence, 12);
    return xor(iv, this.#keys.salt);
  }

  #tag(rollover: number, ...parts: readonly Buffer[]): Buffer {
    const hmac = createHmac('sha1', this.#authentication);
    for (const part of parts) hmac.update(part);
    this.#rollover.writeUInt32BE(rollover);
    return hmac.update(this.#rollover).digest().subarray(0, CounterCipher.#TAG_BYTES);
  }
}

function xor(target: Buffer, salt: Buffer): Buffer {
  for (let i = 0; i < salt.length; i += 1) target[i]! ^= salt[i]!;
  return target;
}

/** Bytes of an RTP header with its extensions, which stay readable; undefined where it goes beyond `end`. */
function headerLength(packet: Buffer, end: number): number | undefined {
  if (end < FIXED_HEADER_BYTES) return undefined;
  let length = FIXED_HEADER_BYTES + (packet[0]! & 0x0f) * 4;
  if (packet[0]! & 0x10) {
    if (length + 4 > end) return undefined;
    length += 4 + packet.readUInt16BE(length + 2) * 4;
  }
  return length <= end ? length : undefined;
}
