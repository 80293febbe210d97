import type { Milli } from '../../src/time.ts';
import {
  type Address,
  attribute,
  encodeAddress,
  encodeStun,
  isAuthentic,
  longTermKey,
  parseStun,
  peerAddresses,
  type StunMessage,
} from './stun-message.ts';
import { TurnAllocation } from './turn-allocation.ts';
import { channelBind, createPermission, type TurnRequest } from './turn-request.ts';
import { fail, lifetime, succeed, type TurnAnswer } from './turn-response.ts';
import type { TurnUsers } from './turn-users.ts';

export interface TurnServerOptions {
  readonly realm: string;
  readonly nonce: string;
  readonly users: TurnUsers;
}

/** What is to be done for one client, known by its address. */
export type TurnEffect =
  | TurnAnswer
  /** Opens a socket: {@link TurnServer.opened} is told its address. */
  | { readonly do: 'open'; readonly client: Address }
  | { readonly do: 'relay'; readonly client: Address; readonly data: Buffer; readonly to: Address }
  | { readonly do: 'close'; readonly client: Address };

/** Two browsers, each with a connection for every network that it has, and their restarts. */
export const MAX_ALLOCATIONS = 32;
/** RFC 8656 §3.2 and §7.2. */
const DEFAULT_LIFETIME: Milli = 600_000;
const MAX_LIFETIME: Milli = 3_600_000;
const UDP = 17;
const CHANNEL_HEADER_BYTES = 4;

/**
 * A TURN server (RFC 8656) for UDP and IPv4 with long-term credentials: pure, its sockets belong to
 * who drives it. It relays to loopback alone. Every request is authenticated, so that credentials
 * which expire end a relay no later than at its next refresh.
 */
export class TurnServer {
  /** Names of the users who got an allocation, in their order. */
  readonly admitted: string[] = [];
  /** Names of the users whose credentials were refused. */
  readonly refused: string[] = [];
  /** Datagrams passed on to peers, and from them. */
  readonly relayed = { out: 0, in: 0 };
  readonly #options: TurnServerOptions;
  readonly #allocations = new Map<string, TurnAllocation>();

  constructor(options: TurnServerOptions) {
    this.#options = options;
  }

  /** A datagram from a client. @param now Unix time, which credentials expire by. */
  receive(data: Buffer, client: Address, now: Milli): TurnEffect[] {
    const expired = this.#expire(now);
    const message = parseStun(data);
    // RFC 8656 §12.5: the two top bits tell channel data from STUN.
    if (data.length > 0 && data[0]! >> 6 === 1) {
      return [...expired, ...this.#channelData(data, client, now)];
    }
    if (message?.class === 'indication') return [...expired, ...this.#send(message, client, now)];
    if (message?.class !== 'request') return expired;
    return [...expired, ...this.#answer(message, data, client, now)];
  }

  /** The socket of an allocation is open. */
  opened(client: Address, relayed: Address): TurnEffect[] {
    const allocation = this.#allocations.get(keyOf(client));
    if (!allocation) return [{ do: 'close', client }];
    this.admitted.push(allocation.username);
    return [allocation.open(relayed)];
  }

  /** Loses everything, as a restart does. */
  restart(): TurnEffect[] {
    return this.#expire(Number.POSITIVE_INFINITY);
  }

  /** A datagram from a peer, at an allocation's relayed address. */
  fromPeer(client: Address, data: Buffer, peer: Address, now: Milli): TurnEffect[] {
    const allocation = this.#allocations.get(keyOf(client));
    if (!allocation?.permits(peer.host, now)) return [];
    this.relayed.in += 1;
    const channel = allocation.channelOf(peer, now);
    const wrapped =
      channel === undefined
        ? dataIndication(data, peer, this.relayed.in)
        : channelData(channel, data);
    return [{ do: 'answer', client, data: wrapped }];
  }

  #channelData(data: Buffer, client: Address, now: Milli): TurnEffect[] {
    const allocation = this.#allocations.get(keyOf(client));
    if (!allocation || data.length < CHANNEL_HEADER_BYTES) return [];
    const peer = allocation.peerOf(data.readUInt16BE(0), now);
    const end = CHANNEL_HEADER_BYTES + data.readUInt16BE(2);
    if (!peer || end > data.length) return [];
    return this.#relay(allocation, data.subarray(CHANNEL_HEADER_BYTES, end), peer, now);
  }

  #send(message: StunMessage, client: Address, now: Milli): TurnEffect[] {
    const allocation = this.#allocations.get(keyOf(client));
    const data = attribute(message, 'data');
    const [peer] = peerAddresses(message);
    if (message.method !== 'send' || !allocation || !data || !peer) return [];
    return this.#relay(allocation, data, peer, now);
  }

  #relay(allocation: TurnAllocation, data: Buffer, to: Address, now: Milli): TurnEffect[] {
    if (!allocation.permits(to.host, now)) return [];
    this.relayed.out += 1;
    return [{ do: 'relay', client: allocation.client, data, to }];
  }

  #answer(message: StunMessage, data: Buffer, client: Address, now: Milli): TurnEffect[] {
    if (message.unknown.length > 0) return [fail(message, client, 420)];
    if (message.method === 'binding') {
      return [succeed(message, client, [['xorMappedAddress', encodeAddress(client)]])];
    }
    const username = attribute(message, 'username')?.toString();
    const nonce = attribute(message, 'nonce')?.toString();
    if (username === undefined || nonce === undefined)
      return [this.#challenge(message, client, 401)];
    if (nonce !== this.#options.nonce) return [this.#challenge(message, client, 438)];
    const { realm, users } = this.#options;
    const password = users(username, now);
    const key = password === undefined ? undefined : longTermKey(username, realm, password);
    if (!key || !isAuthentic(data, key)) {
      this.refused.push(username);
      return [this.#challenge(message, client, 401)];
    }
    const request = { message, client, username, key, now };
    const allocation = this.#allocations.get(keyOf(client));
    if (message.method === 'allocate') return this.#allocate(request, allocation);
    if (!allocation) return [fail(message, client, 437, { key })];
    if (allocation.username !== username) return [fail(message, client, 441, { key })];
    if (message.method === 'refresh') return this.#refresh(request, allocation);
    if (message.method === 'createPermission') return [createPermission(request, allocation)];
    if (message.method === 'channelBind') return [channelBind(request, allocation)];
    return [fail(message, client, 400, { key })];
  }

  #allocate(request: TurnRequest, present: TurnAllocation | undefined): TurnEffect[] {
    const { message, client, key } = request;
    // The same request once more is answered once more; another one is a mistake.
    if (present?.isFor(message)) return present.answer ? [present.answer] : [];
    if (present) return [fail(message, client, 437, { key })];
    if (attribute(message, 'requestedTransport')?.[0] !== UDP) {
      return [fail(message, client, 442, { key })];
    }
    if (this.#allocations.size >= MAX_ALLOCATIONS) return [fail(message, client, 486, { key })];
    this.#allocations.set(keyOf(client), new TurnAllocation(request, lifetimeOf(message)));
    return [{ do: 'open', client }];
  }

  #refresh(request: TurnRequest, allocation: TurnAllocation): TurnEffect[] {
    const { message, client, key, now } = request;
    const wanted = lifetimeOf(message);
    allocation.expiresAt = now + wanted;
    return [succeed(message, client, [lifetime(wanted)], key), ...this.#expire(now)];
  }

  #expire(now: Milli): TurnEffect[] {
    const effects: TurnEffect[] = [];
    for (const [key, { client, expiresAt }] of this.#allocations) {
      if (expiresAt > now) continue;
      this.#allocations.delete(key);
      effects.push({ do: 'close', client });
    }
    return effects;
  }

  #challenge(message: StunMessage, client: Address, code: 401 | 438): TurnEffect {
    const { realm, nonce } = this.#options;
    const attributes = [
      ['realm', Buffer.from(realm)],
      ['nonce', Buffer.from(nonce)],
    ] as const;
    return fail(message, client, code, { attributes });
  }
}

/** What was asked for, within bounds; 0 ends an allocation. */
function lifetimeOf(message: StunMessage): Milli {
  const asked = attribute(message, 'lifetime');
  const wanted = asked?.length === 4 ? asked.readUInt32BE(0) * 1000 : DEFAULT_LIFETIME;
  return wanted === 0 ? 0 : Math.min(Math.max(wanted, DEFAULT_LIFETIME), MAX_LIFETIME);
}

function dataIndication(data: Buffer, peer: Address, count: number): Buffer {
  const transaction = Buffer.alloc(12);
  transaction.writeUInt32BE(count, 8);
  const attributes = [
    ['xorPeerAddress', encodeAddress(peer)],
    ['data', data],
  ] as const;
  return encodeStun({ method: 'data', class: 'indication', transaction, attributes });
}

function channelData(channel: number, data: Buffer): Buffer {
  const head = Buffer.alloc(CHANNEL_HEADER_BYTES);
  head.writeUInt16BE(channel, 0);
  head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}

const keyOf = ({ host, port }: Address) => `${host}:${port}`;
