import { createSocket, type Socket } from 'node:dgram';
import { seededRandom } from '../transmit/network-emulator.ts';

/** A lossy stretch of network on loopback, between a browser and one server port. */
export class UdpRelay {
  readonly port: number;
  /** Share of datagrams lost, each way. */
  loss = 0;
  forwarded = 0;
  lost = 0;
  readonly #outer: Socket;
  readonly #inner: Socket;
  readonly #random = seededRandom(11);

  private constructor(outer: Socket, inner: Socket, serverPort: number) {
    this.#outer = outer;
    this.#inner = inner;
    this.port = outer.address().port;
    let client: { port: number; address: string } | undefined;
    outer.on('message', (data, from) => {
      client = from;
      if (this.#passes()) inner.send(data, serverPort, '127.0.0.1');
    });
    inner.on('message', (data) => {
      if (client && this.#passes()) outer.send(data, client.port, client.address);
    });
  }

  static async open(serverPort: number): Promise<UdpRelay> {
    const [outer, inner] = await Promise.all([bound(), bound()]);
    return new UdpRelay(outer, inner, serverPort);
  }

  close(): void {
    this.#outer.close();
    this.#inner.close();
  }

  #passes(): boolean {
    if (this.#random() < this.loss) {
      this.lost += 1;
      return false;
    }
    this.forwarded += 1;
    return true;
  }
}

function bound(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => resolve(socket));
  });
}
