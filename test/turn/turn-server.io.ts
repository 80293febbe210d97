import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Address } from './stun-message.ts';
import { type TurnEffect, TurnServer } from './turn-server.ts';
import type { TurnUsers } from './turn-users.ts';

const LOOPBACK = '127.0.0.1';
/** A keyframe's burst must wait while the event loop of the test is busy. */
const BUFFER_BYTES = 1 << 20;

/** A TURN server on a free UDP port of loopback. The test that opens it closes it. */
export class LoopbackTurn {
  readonly #server: TurnServer;
  readonly #socket: Socket;
  readonly #relays = new Map<string, Socket>();

  private constructor(server: TurnServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    socket.on('message', (data, from) =>
      this.#apply(server.receive(data, addressOf(from), Date.now())),
    );
  }

  static async open(users: TurnUsers): Promise<LoopbackTurn> {
    const options = { realm: 'loopback.test', nonce: randomBytes(12).toString('hex'), users };
    return new LoopbackTurn(new TurnServer(options), await bind());
  }

  get url(): string {
    return `turn:${LOOPBACK}:${this.#socket.address().port}?transport=udp`;
  }

  /** Answers binding requests of anybody. */
  get stunUrl(): string {
    return `stun:${LOOPBACK}:${this.#socket.address().port}`;
  }

  /** Names of the users who got an allocation, in their order. */
  get admitted(): readonly string[] {
    return this.#server.admitted;
  }

  /** Names of the users whose credentials were refused. */
  get refused(): readonly string[] {
    return this.#server.refused;
  }

  /** Datagrams passed on to peers, and from them. */
  get relayed(): { readonly out: number; readonly in: number } {
    return this.#server.relayed;
  }

  /** Loses all allocations, as a restart does. */
  restart(): void {
    this.#apply(this.#server.restart());
  }

  close(): void {
    this.#socket.close();
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
  }

  #apply(effects: readonly TurnEffect[]): void {
    for (const effect of effects) {
      const { client } = effect;
      const key = `${client.host}:${client.port}`;
      // What cannot be sent any more is lost, as on any network.
      if (effect.do === 'answer') this.#socket.send(effect.data, client.port, client.host, lost);
      if (effect.do === 'relay') {
        this.#relays.get(key)?.send(effect.data, effect.to.port, effect.to.host, lost);
      }
      if (effect.do === 'open') void this.#openRelay(client, key);
      if (effect.do === 'close') {
        this.#relays.get(key)?.close();
        this.#relays.delete(key);
      }
    }
  }

  async #openRelay(client: Address, key: string): Promise<void> {
    const relay = await bind();
    this.#relays.set(key, relay);
    relay.on('message', (data, from) =>
      this.#apply(this.#server.fromPeer(client, data, addressOf(from), Date.now())),
    );
    this.#apply(this.#server.opened(client, { host: LOOPBACK, port: relay.address().port }));
  }
}

const lost = () => undefined;
const addressOf = ({ address, port }: RemoteInfo): Address => ({ host: address, port });

function bind(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: BUFFER_BYTES,
    sendBufferSize: BUFFER_BYTES,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, LOOPBACK, () => resolve(socket));
  });
}
