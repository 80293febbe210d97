import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SocketAddress } from 'node:net';
import { crc32 } from 'node:zlib';

/** RFC 8489 §5 and RFC 8656 §17. */
const METHODS = Object.freeze({
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
});
type StunMethod = keyof typeof METHODS;

/** In the order of their two bits. */
const CLASSES = ['request', 'indication', 'success', 'error'] as const;

/** RFC 8489 §18.3 and RFC 8656 §18. */
const ATTRIBUTES = Object.freeze({
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
});
export type StunAttribute = keyof typeof ATTRIBUTES;

export interface StunMessage {
  readonly method: StunMethod;
  readonly class: (typeof CLASSES)[number];
  /** 12 bytes. */
  readonly transaction: Buffer;
  /** In their order; of MESSAGE-INTEGRITY and FINGERPRINT only what came in. */
  readonly attributes: readonly (readonly [StunAttribute, Buffer])[];
  /** Types that must be understood (below 0x8000) and are not. */
  readonly unknown: readonly number[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 20;
const FINGERPRINT_MASK = 0x5354554e;
const IPV4 = 1;
const IPV6 = 2;

/** @returns undefined for what is no whole STUN message of a known method, or has a wrong fingerprint. */
export function parseStun(data: Buffer): StunMessage | undefined {
  if (data.length < HEADER_BYTES || data.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  const type = data.readUInt16BE(0);
  const method = nameOf(METHODS, (type & 0xf) | ((type & 0xe0) >> 1) | ((type & 0x3e00) >> 2));
  if (type > 0x3fff || method === undefined) return undefined;
  if (data.readUInt16BE(2) !== data.length - HEADER_BYTES) return undefined;
  const attributes: [StunAttribute, Buffer][] = [];
  const unknown: number[] = [];
  for (let at = HEADER_BYTES; at < data.length; ) {
    if (at + 4 > data.length) return undefined;
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (end > data.length) return undefined;
    const value = data.subarray(at + 4, end);
    const name = nameOf(ATTRIBUTES, data.readUInt16BE(at));
    if (name === 'fingerprint' && !hasFingerprint(data, at, value)) return undefined;
    if (name !== undefined) attributes.push([name, value]);
    else if (data[at]! < 0x80) unknown.push(data.readUInt16BE(at));
    at = padded(end);
  }
  return {
    method,
    class: CLASSES[((type >> 4) & 1) | ((type >> 7) & 2)]!,
    transaction: data.subarray(8, HEADER_BYTES),
    attributes,
    unknown,
  };
}

/** With a key, a MESSAGE-INTEGRITY (RFC 8489 §14.5) comes last. */
export function encodeStun(message: Omit<StunMessage, 'unknown'>, key?: Buffer): Buffer {
  const method = METHODS[message.method];
  const kind = CLASSES.indexOf(message.class);
  const type =
    (method & 0xf) |
    ((method & 0x70) << 1) |
    ((method & 0xf80) << 2) |
    ((kind & 1) << 4) |
    ((kind & 2) << 7);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(type, 0);
  head.writeUInt32BE(MAGIC_COOKIE, 4);
  message.transaction.copy(head, 8);
  const body = message.attributes.map(([name, value]) => encodeAttribute(name, value));
  const data = Buffer.concat([head, ...body]);
  data.writeUInt16BE(data.length - HEADER_BYTES, 2);
  if (key === undefined) return data;
  const integrity = encodeAttribute('messageIntegrity', integrityOf(data, data.length, key));
  const whole = Buffer.concat([data, integrity]);
  whole.writeUInt16BE(whole.length - HEADER_BYTES, 2);
  return whole;
}

/** Whether a message that parses has a MESSAGE-INTEGRITY made with this key. */
export function isAuthentic(data: Buffer, key: Buffer): boolean {
  for (let at = HEADER_BYTES; at + 4 <= data.length; ) {
    const length = data.readUInt16BE(at + 2);
    if (data.readUInt16BE(at) === ATTRIBUTES.messageIntegrity) {
      const claimed = data.subarray(at + 4, at + 4 + length);
      return length === INTEGRITY_BYTES && timingSafeEqual(claimed, integrityOf(data, at, key));
    }
    at = padded(at + 4 + length);
  }
  return false;
}

/** The key of a long-term credential (RFC 8489 §9.2.2). */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest();
}

/** The first attribute of a name. */
export function attribute(message: StunMessage, name: StunAttribute): Buffer | undefined {
  return message.attributes.find(([each]) => each === name)?.[1];
}

/** All XOR-PEER-ADDRESS attributes that can be read. */
export function peerAddresses(message: StunMessage): Address[] {
  return message.attributes.flatMap(([name, value]) =>
    name === 'xorPeerAddress' ? (decodeAddress(value, message.transaction) ?? []) : [],
  );
}

/** An XOR-…-ADDRESS (RFC 8489 §14.2) of an IPv4 address. */
export function encodeAddress({ host, port }: Address): Buffer {
  const value = Buffer.from([0, IPV4, 0, 0, ...host.split('.').map(Number)]);
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  value.writeUInt32BE((value.readUInt32BE(4) ^ MAGIC_COOKIE) >>> 0, 4);
  return value;
}

export function decodeAddress(value: Buffer, transaction: Buffer): Address | undefined {
  const family = value[1];
  if (value.length !== (family === IPV4 ? 8 : 20)) return undefined;
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transaction.copy(mask, 4);
  const bytes = value.subarray(4).map((byte, i) => byte ^ mask[i]!);
  const port = value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16);
  if (family === IPV4) return { host: [...bytes].join('.'), port };
  if (family !== IPV6) return undefined;
  const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g)!;
  return { host: new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address, port };
}

function encodeAttribute(name: StunAttribute, value: Buffer): Buffer {
  const data = Buffer.alloc(padded(4 + value.length));
  data.writeUInt16BE(ATTRIBUTES[name], 0);
  data.writeUInt16BE(value.length, 2);
  value.copy(data, 4);
  return data;
}

/** Over everything before the attribute, with the length as if it were the last. */
function integrityOf(data: Buffer, at: number, key: Buffer): Buffer {
  const covered = Buffer.from(data.subarray(0, at));
  covered.writeUInt16BE(at - HEADER_BYTES + 4 + INTEGRITY_BYTES, 2);
  return createHmac('sha1', key).update(covered).digest();
}

function hasFingerprint(data: Buffer, at: number, value: Buffer): boolean {
  const expected = (crc32(data.subarray(0, at)) ^ FINGERPRINT_MASK) >>> 0;
  return value.length === 4 && value.readUInt32BE(0) === expected;
}

const padded = (length: number) => Math.ceil(length / 4) * 4;

function nameOf<Name extends string>(table: Record<Name, number>, code: number): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === code);
}
