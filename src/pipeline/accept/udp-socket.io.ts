import { createSocket, type Socket } from 'node:dgram';

type Address = readonly [host: string, port: number];

/** Ports are tried from a random start: neighbours in the range are likely taken together. */
const MAX_PORT_TRIES = 256;

/**
 * One bound UDP socket. A datagram that cannot be sent is lost like any other: an unreachable or
 * forbidden address that a peer names must never be an error here, let alone an exception.
 */
export class UdpSocket {
  readonly type = 'udp';
  closed = false;
  onData: (data: Buffer, from: Address) => void = () => undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data, from) => this.onData(data, [from.address, from.port]));
  }

  /** @throws the last bind's error where no port of the range is free. */
  static async open(
    host: string,
    family: 4 | 6,
    ports: readonly [number, number] | undefined,
  ): Promise<UdpSocket> {
    const [low, high] = ports ?? [0, 0];
    const count = high - low + 1;
    const start = Math.floor(Math.random() * count);
    let failure: unknown;
    for (let i = 0; i < Math.min(count, MAX_PORT_TRIES); i += 1) {
      try {
        return new UdpSocket(await bind(host, family, low + ((start + i) % count)));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  readonly send = async (data: Buffer, to?: Address): Promise<void> => {
    if (to) this.post(data, to);
  };

  post(data: Buffer, [host, port]: Address): void {
    if (this.closed) return;
    // Without a callback a failure is told to nobody, and a success costs nothing.
    this.#socket.send(data, port, host);
  }

  get address() {
    return this.#socket.address();
  }

  get addressFamily(): 4 | 6 {
    return this.#socket.address().family === 'IPv6' ? 6 : 4;
  }

  get host(): string {
    return this.#socket.address().address;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  readonly close = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.closed) return resolve();
      this.closed = true;
      this.#socket.close(() => resolve());
    });
}

function bind(host: string, family: 4 | 6, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Room for a keyframe's burst while the event loop is busy.
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      recvBufferSize: 512 * 1024,
      sendBufferSize: 512 * 1024,
      // Addresses are literal here: no datagram need wait for a resolver that would only say so.
      lookup: (address, _options, found) => found(null, address, family),
    });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
