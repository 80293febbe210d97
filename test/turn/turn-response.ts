import type { Milli } from '../../src/time.ts';
import { type Address, encodeStun, type StunAttribute, type StunMessage } from './stun-message.ts';

/** RFC 8489 §14.8 and RFC 8656 §19. */
const REASONS = Object.freeze({
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  420: 'Unknown Attribute',
  437: 'Allocation Mismatch',
  438: 'Stale Nonce',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  486: 'Allocation Quota Reached',
});

export interface TurnAnswer {
  readonly do: 'answer';
  readonly client: Address;
  readonly data: Buffer;
}

type Attributes = readonly (readonly [StunAttribute, Buffer])[];

export function succeed(
  request: StunMessage,
  client: Address,
  attributes: Attributes = [],
  key?: Buffer,
): TurnAnswer {
  const { method, transaction } = request;
  const data = encodeStun({ method, class: 'success', transaction, attributes }, key);
  return { do: 'answer', client, data };
}

/** A LIFETIME attribute: seconds. */
export function lifetime(time: Milli): readonly ['lifetime', Buffer] {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(time / 1000, 0);
  return ['lifetime', value];
}

/** @param key absent where the client has not proved who it is. */
export function fail(
  request: StunMessage,
  client: Address,
  code: keyof typeof REASONS,
  { key, attributes = [] }: { key?: Buffer; attributes?: Attributes } = {},
): TurnAnswer {
  const { method, transaction } = request;
  const head = Buffer.from([0, 0, Math.floor(code / 100), code % 100]);
  const errorCode = ['errorCode', Buffer.concat([head, Buffer.from(REASONS[code])])] as const;
  const all = [errorCode, ...attributes];
  const data = encodeStun({ method, class: 'error', transaction, attributes: all }, key);
  return { do: 'answer', client, data };
}
