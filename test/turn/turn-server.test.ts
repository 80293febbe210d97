import { describe, expect, it } from 'vitest';
import { turnCredentials } from '../../src/signaling/turn-credentials.ts';
import {
  type Address,
  attribute,
  decodeAddress,
  encodeAddress,
  encodeStun,
  longTermKey,
  parseStun,
  type StunAttribute,
  type StunMessage,
} from './stun-message.ts';
import { MAX_ALLOCATIONS, type TurnEffect, TurnServer } from './turn-server.ts';
import { sharedSecretUsers } from './turn-users.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const CLIENT: Address = { host: '127.0.0.1', port: 5000 };
const RELAYED: Address = { host: '127.0.0.1', port: 6000 };
const PEER: Address = { host: '127.0.0.1', port: 7000 };
const UDP = Buffer.from([17, 0, 0, 0]);
const CHANNEL = Buffer.from([0x40, 0x01, 0, 0]);

type Attributes = (readonly [StunAttribute, Buffer])[];

/** One client of a server in simulated time. */
class Client {
  now = NOW;
  readonly server: TurnServer;
  readonly address: Address;
  /** What the server wanted done since it was last looked at, but for answers. */
  readonly effects: TurnEffect[] = [];
  #login: { username: string; credential: string };
  #nonce: Buffer | undefined;
  #count = 0;

  constructor(
    server = new TurnServer({ realm: 'r', nonce: 'n', users: sharedSecretUsers('north') }),
    login = turnCredentials('north', 'anna', NOW, HOUR),
    address = CLIENT,
  ) {
    this.server = server;
    this.address = address;
    this.#login = login;
  }

  /** @returns the answer, or the error's code. */
  ask(
    method: StunMessage['method'],
    attributes: Attributes = [],
  ): StunMessage | number | undefined {
    return this.#receive(
      this.server.receive(this.request(method, attributes), this.address, this.now),
    );
  }

  /** With credentials once the server has asked for them. */
  request(method: StunMessage['method'], attributes: Attributes): Buffer {
    const { username, credential } = this.#login;
    const transaction = Buffer.alloc(12, ++this.#count);
    if (!this.#nonce) return encodeStun({ method, class: 'request', transaction, attributes });
    const proof = [
      ['username', Buffer.from(username)],
      ['realm', Buffer.from('r')],
      ['nonce', this.#nonce],
    ] as const;
    return encodeStun(
      { method, class: 'request', transaction, attributes: [...attributes, ...proof] },
      longTermKey(username, 'r', credential),
    );
  }

  allocate(): StunMessage | number | undefined {
    this.ask('allocate', [['requestedTransport', UDP]]);
    this.ask('allocate', [['requestedTransport', UDP]]);
    return this.open();
  }

  open(): StunMessage | number | undefined {
    return this.#receive(this.server.opened(this.address, RELAYED));
  }

  send(data: Buffer): void {
    this.effects.push(...this.server.receive(data, this.address, this.now));
  }

  #receive(effects: readonly TurnEffect[]): StunMessage | number | undefined {
    this.effects.push(...effects.filter((effect) => effect.do !== 'answer'));
    const answer = effects.find((effect) => effect.do === 'answer');
    const message = answer && parseStun(answer.data);
    if (!message) return undefined;
    const error = attribute(message, 'errorCode');
    this.#nonce ??= attribute(message, 'nonce');
    return error ? error[2]! * 100 + error[3]! : message;
  }
}

const peer = (address: Address) => ['xorPeerAddress', encodeAddress(address)] as const;

describe('an allocation', () => {
  it('is for those who prove that they know the secret’s credentials', () => {
    const client = new Client();
    expect(client.ask('allocate', [['requestedTransport', UDP]])).toBe(401);
    expect(client.ask('allocate', [['requestedTransport', UDP]])).toBeUndefined();
    expect(client.effects).toEqual([{ do: 'open', client: CLIENT }]);
    const answer = client.open() as StunMessage;
    const relayed = attribute(answer, 'xorRelayedAddress')!;
    expect(decodeAddress(relayed, answer.transaction)).toEqual(RELAYED);
    expect(attribute(answer, 'lifetime')?.readUInt32BE(0)).toBe(600);
    expect(client.server.admitted).toEqual([`${(NOW + HOUR) / 1000}:anna`]);
  });

  it.each([
    ['another secret', turnCredentials('south', 'anna', NOW, HOUR)],
    ['expired credentials', turnCredentials('north', 'anna', NOW - HOUR, HOUR)],
    ['a name without an expiry', { username: 'anna', credential: 'anna' }],
  ])('is refused to %s', (_, login) => {
    const client = new Client(undefined, login);
    expect(client.ask('allocate', [['requestedTransport', UDP]])).toBe(401);
    expect(client.ask('allocate', [['requestedTransport', UDP]])).toBe(401);
    expect(client.effects).toEqual([]);
    expect(client.server.refused).toEqual([login.username]);
  });

  it('is one a client: a request that comes again is answered again, another one refused', () => {
    const client = new Client();
    client.ask('allocate', [['requestedTransport', UDP]]);
    const request = client.request('allocate', [['requestedTransport', UDP]]);
    client.send(request);
    client.open();
    const [again] = client.server.receive(request, CLIENT, NOW);
    expect(again?.do).toBe('answer');
    expect(client.ask('allocate', [['requestedTransport', UDP]])).toBe(437);
  });

  it('lasts until its time is over or it is given up', () => {
    const client = new Client();
    client.allocate();
    client.now += 500_000;
    expect(client.ask('refresh')).toMatchObject({ method: 'refresh', class: 'success' });
    client.now += 599_000;
    expect(client.ask('refresh', [['lifetime', Buffer.alloc(4)]])).toMatchObject({
      class: 'success',
    });
    expect(client.effects.at(-1)).toEqual({ do: 'close', client: CLIENT });
    expect(client.ask('refresh')).toBe(437);
    const other = new Client();
    other.allocate();
    other.now += 600_000;
    other.ask('refresh');
    expect(other.effects.at(-1)).toEqual({ do: 'close', client: CLIENT });
  });

  it('is not prolonged with credentials that have expired meanwhile', () => {
    const client = new Client(undefined, turnCredentials('north', 'anna', NOW, 60_000));
    client.allocate();
    client.now += 60_000;
    expect(client.ask('refresh')).toBe(401);
  });

  it('is not for more clients than there is room for', () => {
    const { server } = new Client();
    const login = turnCredentials('north', 'anna', NOW, HOUR);
    for (let port = 0; port < MAX_ALLOCATIONS; port += 1) {
      const client = new Client(server, login, { host: '127.0.0.1', port: 10_000 + port });
      expect(client.allocate()).toMatchObject({ class: 'success' });
    }
    const late = new Client(server, login);
    late.ask('allocate', [['requestedTransport', UDP]]);
    expect(late.ask('allocate', [['requestedTransport', UDP]])).toBe(486);
  });
});

describe('packets', () => {
  const indication = (data: string) =>
    encodeStun({
      method: 'send',
      class: 'indication',
      transaction: Buffer.alloc(12),
      attributes: [peer(PEER), ['data', Buffer.from(data)]],
    });

  it('go to and come from permitted peers alone, as indications', () => {
    const client = new Client();
    client.allocate();
    client.effects.length = 0;
    client.send(indication('too early'));
    expect(client.server.fromPeer(CLIENT, Buffer.from('unasked'), PEER, NOW)).toEqual([]);
    expect(client.ask('createPermission', [peer(PEER)])).toMatchObject({ class: 'success' });
    client.send(indication('there'));
    expect(client.effects).toEqual([
      { do: 'relay', client: CLIENT, data: Buffer.from('there'), to: PEER },
    ]);
    const [back] = client.server.fromPeer(CLIENT, Buffer.from('back'), PEER, NOW);
    const message = parseStun((back as { data: Buffer }).data)!;
    expect(message).toMatchObject({ method: 'data', class: 'indication' });
    expect(attribute(message, 'data')?.toString()).toBe('back');
    // A permission lasts five minutes.
    expect(client.server.fromPeer(CLIENT, Buffer.from('late'), PEER, NOW + 300_000)).toEqual([]);
    expect(client.server.relayed).toEqual({ out: 1, in: 1 });
  });

  it('have four bytes of header on a channel', () => {
    const client = new Client();
    client.allocate();
    client.effects.length = 0;
    expect(client.ask('channelBind', [['channelNumber', CHANNEL], peer(PEER)])).toMatchObject({
      class: 'success',
    });
    client.send(Buffer.from([0x40, 0x01, 0, 2, 7, 8, 0, 0]));
    client.send(Buffer.from([0x40, 0x02, 0, 2, 7, 8]));
    client.send(Buffer.from([0x40, 0x01, 0, 9, 7, 8]));
    expect(client.effects).toEqual([
      { do: 'relay', client: CLIENT, data: Buffer.from([7, 8]), to: PEER },
    ]);
    const [back] = client.server.fromPeer(CLIENT, Buffer.from([9]), PEER, NOW);
    expect(back).toMatchObject({ data: Buffer.from([0x40, 0x01, 0, 1, 9]) });
    const elsewhere = peer({ ...PEER, port: 7001 });
    expect(client.ask('channelBind', [['channelNumber', CHANNEL], elsewhere])).toBe(400);
  });

  it('never leave loopback', () => {
    const client = new Client();
    client.allocate();
    const outside = peer({ host: '192.0.2.1', port: 7000 });
    expect(client.ask('createPermission', [outside])).toBe(403);
    expect(client.ask('channelBind', [['channelNumber', CHANNEL], outside])).toBe(403);
  });
});
