import type { ClientMessage, ServerMessage } from '../../signaling/protocol.ts';
import { type Milli, monotonicClock } from '../../time.ts';
import { ClientError } from './client-error.ts';
import { type Heartbeat, heard, pulse, startHeartbeat } from './heartbeat.ts';
import { parseServerMessage } from './server-message.ts';

/** Between `joined` messages the server has not said how often it wants pings yet. */
const PING_BEFORE_JOINED_MS: Milli = 5_000;

interface SocketEvents {
  open(): void;
  message(message: ServerMessage): void;
  warning(warning: ClientError): void;
  /** Once, whoever closed it, except after `close()`. */
  closed(): void;
}

/** The signaling WebSocket: validated messages in and out, pings, and the detection of a silent death. */
export class SignalingSocket {
  readonly #socket: WebSocket;
  readonly #events: SocketEvents;
  #heartbeat: Heartbeat | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #done = false;

  constructor(url: URL, events: SocketEvents) {
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      this.pingEvery(PING_BEFORE_JOINED_MS);
      events.open();
    };
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = () => this.#finish();
  }

  /** Dropped when the socket is not open: what it would say is said again after the next join. */
  send(message: ClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  pingEvery(interval: Milli): void {
    this.#heartbeat = startHeartbeat(interval, monotonicClock());
    this.#beat();
  }

  /** Idempotent; no event comes after it. */
  close(): void {
    this.#done = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #receive(data: unknown): void {
    if (this.#done) return;
    if (this.#heartbeat) this.#heartbeat = heard(this.#heartbeat, monotonicClock());
    const message = parseServerMessage(data);
    if (message instanceof ClientError) this.#events.warning(message);
    else this.#events.message(message);
  }

  #beat(): void {
    if (this.#done || !this.#heartbeat) return;
    clearTimeout(this.#timer);
    const now = monotonicClock();
    const { beat, due, next } = pulse(this.#heartbeat, now);
    this.#heartbeat = beat;
    if (due === 'dead') {
      this.#finish();
      return;
    }
    if (due === 'ping') this.send({ type: 'ping', at: now });
    this.#timer = setTimeout(() => this.#beat(), next - now);
  }

  #finish(): void {
    if (this.#done) return;
    this.close();
    this.#events.closed();
  }
}
