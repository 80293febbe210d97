import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';
import type { Milli } from '../time.ts';
import { clientNetwork } from './client-network.ts';
import { ConnectionBounds, type ConnectionBoundsOptions } from './connection-bounds.ts';
import { answerRaw, HttpProblem } from './http/http-problem.ts';
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
  readonly bounds: ConnectionBoundsOptions;
  /** Counts refusals by code. */
  readonly onRefusal: (code: string) => void;
  readonly accept: (socket: Socket) => SocketEvents;
  readonly log: Log;
}

/** Takes WebSocket upgrades at {@link SIGNALING_PATH} of an HTTP server. The only user of `ws`. */
export class WebSocketEndpoint {
  readonly #options: WebSocketOptions;
  readonly #bounds: ConnectionBounds;
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
    this.#bounds = new ConnectionBounds(options.bounds);
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
    const network = clientNetwork(request);
    const problem = problemOf(request, this.#options.policy) ?? this.#bounds.refusal(network);
    if (problem === undefined) {
      // What breaks off before it is open is never told of here, and so never counted.
      this.#server.handleUpgrade(request, stream, head, (ws) => this.#open(ws, network));
      return;
    }
    this.#options.onRefusal(problem.code);
    // A client that goes away while being refused is nobody's problem.
    stream.on('error', () => stream.destroy());
    answerRaw(problem, stream);
  }

  #open(ws: WebSocket, network: string | undefined): void {
    this.#connections.add(ws);
    this.#bounds.opened(network);
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
      this.#bounds.closed(network);
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

/** Why an upgrade is not for this endpoint, or not for whoever asks. */
function problemOf({ url, headers }: IncomingMessage, policy: OriginPolicy) {
  const { origin, host } = headers;
  if ((url ?? '').split('?')[0] !== SIGNALING_PATH)
    return new HttpProblem(404, 'not_found', `Signaling is at ${SIGNALING_PATH}.`);
  if (!isHostAllowed(host, policy)) {
    const sentence =
      'This server answers only to names of its own machine; --allowed-origins adds others.';
    return new HttpProblem(421, 'wrong_host', sentence);
  }
  if (isOriginAllowed(origin, host, policy)) return undefined;
  const sentence = 'Pages of this origin may not connect; --allowed-origins lists those that may.';
  return new HttpProblem(403, 'origin_not_allowed', sentence);
}
