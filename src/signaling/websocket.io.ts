import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';
import type { Milli } from '../time.ts';
import { isHostAllowed, isOriginAllowed, type OriginPolicy } from './origin.ts';
import { MAX_MESSAGE_BYTES } from './protocol.ts';
import type { Socket, SocketEvents } from './socket.ts';

/** Where clients connect. */
const SIGNALING_PATH = '/signaling';

/**
 * Beyond this `ws` closes by itself, with 1009 but without a sentence. Between the protocol's limit
 * and this one there is room for telling what was wrong.
 */
const HARD_LIMIT_BYTES = 4 * MAX_MESSAGE_BYTES;

/** How long a client may take to answer the closing handshake when the server goes away. */
const CLOSE_GRACE: Milli = 1000;

export interface WebSocketOptions {
  readonly policy: OriginPolicy;
  /** More connections than this, joined or not, are refused with 503. */
  readonly maxConnections: number;
  readonly accept: (socket: Socket) => SocketEvents;
  readonly log: Log;
}

/** Takes WebSocket upgrades at {@link SIGNALING_PATH} of an HTTP server. The only user of `ws`. */
export class WebSocketEndpoint {
  readonly #options: WebSocketOptions;
  // Compression would let a small frame become a large one, and costs memory for every connection.
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: HARD_LIMIT_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #connections = new Set<WebSocket>();
  #emptied: (() => void) | undefined;

  constructor(http: Server, options: WebSocketOptions) {
    this.#options = options;
    http.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** Waits for the connections, which are being closed, and drops those that take too long. */
  async close(): Promise<void> {
    if (this.#connections.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    const timer = setTimeout(() => {
      for (const ws of this.#connections) ws.terminate();
    }, CLOSE_GRACE);
    await emptied;
    clearTimeout(timer);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { policy, maxConnections } = this.#options;
    const { origin, host } = request.headers;
    const path = (request.url ?? '').split('?')[0];
    if (path !== SIGNALING_PATH) reject(stream, '404 Not Found', 'Signaling is at /signaling.');
    else if (!isHostAllowed(host, policy))
      reject(stream, '421 Misdirected Request', 'Not under this host name.');
    else if (!isOriginAllowed(origin, host, policy))
      reject(stream, '403 Forbidden', 'Pages of this origin may not connect.');
    else if (this.#connections.size >= maxConnections)
      reject(stream, '503 Service Unavailable', 'Too many connections.');
    else this.#server.handleUpgrade(request, stream, head, (ws) => this.#open(ws));
  }

  #open(ws: WebSocket): void {
    this.#connections.add(ws);
    const events = this.#options.accept(socketOver(ws));
    ws.on('message', (data, isBinary) => {
      if (isBinary) events.binary();
      else events.text(String(data));
    });
    ws.on('pong', () => events.pong());
    // What follows an error is always a close; the error alone says what the other side did wrong.
    ws.on('error', (error) => this.#options.log.debug({ err: error }, 'websocket error'));
    ws.on('close', (code) => {
      this.#connections.delete(ws);
      events.closed(code);
      if (this.#connections.size === 0) this.#emptied?.();
    });
  }
}

function socketOver(ws: WebSocket): Socket {
  return {
    get bufferedBytes() {
      return ws.bufferedAmount;
    },
    send(text) {
      if (ws.readyState === ws.OPEN) ws.send(text);
    },
    ping() {
      if (ws.readyState === ws.OPEN) ws.ping();
    },
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
  };
}

function reject(stream: Duplex, status: string, sentence: string): void {
  // A client that goes away while being refused is nobody's problem.
  stream.on('error', () => stream.destroy());
  const head = [
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${sentence.length}`,
  ];
  stream.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${sentence}`);
}
