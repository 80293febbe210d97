import type { Milli } from '../../src/time.ts';
import { type Address, encodeAddress, type StunMessage } from './stun-message.ts';
import type { TurnRequest } from './turn-request.ts';
import { lifetime, succeed, type TurnAnswer } from './turn-response.ts';

/** RFC 8656 §9 and §12: fixed by the protocol. */
const PERMISSION_LIFETIME: Milli = 300_000;
const CHANNEL_LIFETIME: Milli = 600_000;
/** A browser permits each candidate of its peer's once; a server has a handful. */
const MAX_PERMISSIONS = 32;
const MAX_CHANNELS = 32;
const FIRST_CHANNEL = 0x4000;
const LAST_CHANNEL = 0x4fff;

interface Channel {
  readonly peer: Address;
  readonly expiresAt: Milli;
}

/** What one client has at a TURN server: a relayed address, and whom it exchanges packets with there. */
export class TurnAllocation {
  readonly client: Address;
  readonly username: string;
  expiresAt: Milli;
  /** To the request that made it, once its socket is open. */
  answer: TurnAnswer | undefined;
  readonly #request: TurnRequest;
  readonly #permissions = new Map<string, Milli>();
  readonly #channels = new Map<number, Channel>();

  constructor(request: TurnRequest, time: Milli) {
    this.client = request.client;
    this.username = request.username;
    this.expiresAt = request.now + time;
    this.#request = request;
  }

  isFor(message: StunMessage): boolean {
    return this.#request.message.transaction.equals(message.transaction);
  }

  open(relayed: Address): TurnAnswer {
    const { message, client, key, now } = this.#request;
    const attributes = [
      ['xorRelayedAddress', encodeAddress(relayed)],
      ['xorMappedAddress', encodeAddress(client)],
      lifetime(this.expiresAt - now),
    ] as const;
    this.answer = succeed(message, client, attributes, key);
    return this.answer;
  }

  /** @returns false where there are too many. */
  permit(host: string, now: Milli): boolean {
    if (!this.#permissions.has(host) && this.#permissions.size >= MAX_PERMISSIONS) return false;
    this.#permissions.set(host, now + PERMISSION_LIFETIME);
    return true;
  }

  permits(host: string, now: Milli): boolean {
    return (this.#permissions.get(host) ?? 0) > now;
  }

  /** Binds a channel and permits its peer. @returns false where either has another partner already. */
  bind(channel: number, peer: Address, now: Milli): boolean {
    if (channel < FIRST_CHANNEL || channel > LAST_CHANNEL) return false;
    const [bound, other] = [this.peerOf(channel, now), this.channelOf(peer, now)];
    if (bound ? !same(bound, peer) : this.#channels.size >= MAX_CHANNELS) return false;
    if (other !== undefined && other !== channel) return false;
    this.#channels.set(channel, { peer, expiresAt: now + CHANNEL_LIFETIME });
    return this.permit(peer.host, now);
  }

  peerOf(channel: number, now: Milli): Address | undefined {
    const found = this.#channels.get(channel);
    return found && found.expiresAt > now ? found.peer : undefined;
  }

  channelOf(peer: Address, now: Milli): number | undefined {
    for (const [channel, { peer: bound, expiresAt }] of this.#channels)
      if (same(bound, peer) && expiresAt > now) return channel;
    return undefined;
  }
}

const same = (a: Address, b: Address) => a.host === b.host && a.port === b.port;
