import type { Milli } from '../time.ts';
import { parseClientMessage } from './client-message.ts';
import { CLOSE_CODES, type ClientMessage, MAX_MESSAGE_BYTES } from './protocol.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import { fullBucket, type TokenBucket, type TokenBucketRate, takeToken } from './token-bucket.ts';

/** What one signaling connection may take. */
export interface ConnectionLimits {
  /** Silence of the client, and time without a `join`, after which it is closed. */
  readonly idleTimeout: Milli;
  /** Between two WebSocket pings; a ping unanswered when the next is due means a dead line. */
  readonly pingInterval: Milli;
  readonly messages: TokenBucketRate;
  readonly candidates: TokenBucketRate;
}

/**
 * A client that lets this much pile up is not reading: closed before it costs more memory. An
 * offer of 16 sections is about 40 kB, so this is dozens of them.
 */
export const MAX_BUFFERED_BYTES = 1024 * 1024;

interface Vitals {
  readonly openedAt: Milli;
  readonly heardAt: Milli;
  readonly pingedAt: Milli;
  /** A ping is on its way and its pong has not come. */
  readonly pinging: boolean;
  readonly messages: TokenBucket;
  readonly candidates: TokenBucket;
}

/** One WebSocket's life: connected → joining → joined → left. A value, never changed in place. */
export type Connection =
  | ({ readonly phase: 'connected' | 'joining' } & Vitals)
  | ({ readonly phase: 'joined'; readonly participant: string } & Vitals)
  | { readonly phase: 'left' };

export type ConnectionInput =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'binary' }
  | { readonly type: 'pong' }
  | { readonly type: 'admitted'; readonly participant: string }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** The call it was for is over, for this client. */
  | { readonly type: 'ended'; readonly refusal: Refusal }
  | { readonly type: 'tick'; readonly bufferedBytes: number }
  | { readonly type: 'closed'; readonly code: number };

export type ConnectionEffect =
  | { readonly type: 'join'; readonly message: ClientMessage & { type: 'join' } }
  | { readonly type: 'deliver'; readonly participant: string; readonly message: CallMessage }
  | { readonly type: 'pong'; readonly at: number }
  | { readonly type: 'ping' }
  | { readonly type: 'refuse'; readonly refusal: Refusal; readonly fatal: boolean }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** No closing handshake: the other side does not read, or is not there. */
  | { readonly type: 'terminate'; readonly reason: 'slow_reader' | 'dead_line' };

/** What a participant can say about the call; the rest is about the connection. */
export type CallMessage = Exclude<ClientMessage, { type: 'join' | 'ping' | 'leave' }>;

type Step = readonly [Connection, readonly ConnectionEffect[]];

export function openConnection(limits: ConnectionLimits, now: Milli): Connection {
  return {
    phase: 'connected',
    openedAt: now,
    heardAt: now,
    pingedAt: now,
    pinging: false,
    messages: fullBucket(limits.messages, now),
    candidates: fullBucket(limits.candidates, now),
  };
}

/** The one transition: what happened, and when → the next state and what is to be done. */
export function stepConnection(
  connection: Connection,
  input: ConnectionInput,
  now: Milli,
  limits: ConnectionLimits,
): Step {
  if (connection.phase === 'left') return [connection, []];
  switch (input.type) {
    case 'text':
      return hear(connection, input.text, now, limits);
    case 'binary':
      return refuse(connection, new Refusal('binary_message', 'Binary frames are not understood.'));
    case 'pong':
      return [{ ...connection, pinging: false }, []];
    case 'admitted':
      return [{ ...connection, phase: 'joined', participant: input.participant }, []];
    case 'refused':
      return end(input.refusal);
    case 'ended':
      return end(input.refusal);
    case 'tick':
      return tick(connection, input.bufferedBytes, now, limits);
    case 'closed':
      return [{ phase: 'left' }, []];
  }
}

type Alive = Exclude<Connection, { phase: 'left' }>;

function hear(connection: Alive, text: string, now: Milli, limits: ConnectionLimits): Step {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) {
    const sentence = `The message is longer than ${MAX_MESSAGE_BYTES} bytes.`;
    return refuse(connection, new Refusal('message_too_large', sentence));
  }
  const messages = takeToken(connection.messages, limits.messages, now);
  if (messages === undefined) {
    const sentence = `More than ${limits.messages.perSecond} messages a second.`;
    return refuse(connection, new Refusal('message_flood', sentence));
  }
  const heard: Alive = { ...connection, heardAt: now, messages };
  let message: ClientMessage;
  try {
    message = parseClientMessage(text);
  } catch (error) {
    if (error instanceof Refusal) return refuse(heard, error);
    throw error;
  }
  switch (message.type) {
    case 'ping':
      return [heard, [{ type: 'pong', at: message.at }]];
    case 'leave':
      return [{ phase: 'left' }, [{ type: 'close', code: CLOSE_CODES.left, reason: 'left' }]];
    case 'join':
      if (heard.phase === 'connected') {
        return [{ ...heard, phase: 'joining' }, [{ type: 'join', message }]];
      }
      return refuse(heard, new Refusal('already_joined', 'This connection has joined already.'));
    default:
      return deliver(heard, message, now, limits);
  }
}

function deliver(heard: Alive, message: CallMessage, now: Milli, limits: ConnectionLimits): Step {
  const request = 'request' in message ? message.request : undefined;
  if (heard.phase !== 'joined') {
    const sentence = `Join first, and wait for joined: ${message.type} is for participants.`;
    return refuse(heard, new Refusal('not_joined', sentence, { request }));
  }
  const effect = { type: 'deliver', participant: heard.participant, message } as const;
  if (message.type !== 'candidate') return [heard, [effect]];
  const candidates = takeToken(heard.candidates, limits.candidates, now);
  if (candidates === undefined) {
    const sentence = `More than ${limits.candidates.burst} ICE candidates in a minute.`;
    return refuse(heard, new Refusal('candidate_flood', sentence));
  }
  return [{ ...heard, candidates }, [effect]];
}

function tick(
  connection: Alive,
  bufferedBytes: number,
  now: Milli,
  limits: ConnectionLimits,
): Step {
  if (bufferedBytes > MAX_BUFFERED_BYTES) {
    return [{ phase: 'left' }, [{ type: 'terminate', reason: 'slow_reader' }]];
  }
  if (now - connection.heardAt >= limits.idleTimeout) {
    const sentence = `Nothing was heard for ${limits.idleTimeout} ms: ping at least every ${limits.pingInterval} ms.`;
    return refuse(connection, new Refusal('idle_timeout', sentence));
  }
  if (connection.phase === 'connected' && now - connection.openedAt >= limits.idleTimeout) {
    const sentence = `No join came within ${limits.idleTimeout} ms.`;
    return refuse(connection, new Refusal('idle_timeout', sentence));
  }
  if (now - connection.pingedAt < limits.pingInterval) return [connection, []];
  if (connection.pinging) {
    return [{ phase: 'left' }, [{ type: 'terminate', reason: 'dead_line' }]];
  }
  return [{ ...connection, pingedAt: now, pinging: true }, [{ type: 'ping' }]];
}

/** Tells the client. What is refused before it has joined ends the connection, too. */
function refuse(connection: Alive, refusal: Refusal): Step {
  if (connection.phase !== 'joined' || REFUSALS[refusal.code].fatal === 'always') {
    return end(refusal);
  }
  return [connection, [{ type: 'refuse', refusal, fatal: false }]];
}

function end(refusal: Refusal): Step {
  const { close } = REFUSALS[refusal.code];
  return [
    { phase: 'left' },
    [
      { type: 'refuse', refusal, fatal: true },
      { type: 'close', code: close, reason: refusal.code },
    ],
  ];
}
