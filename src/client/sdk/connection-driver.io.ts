import type { ClientMessage, ServerMessage } from '../../signaling/protocol.ts';
import { type Milli, monotonicClock } from '../../time.ts';
import type { ClientError } from './client-error.ts';
import {
  advance,
  type CloseReason,
  type Connection,
  type ConnectionEffect,
  type ConnectionInput,
  connect,
  nextDeadline,
} from './connection.ts';
import { SignalingSocket } from './signaling-socket.io.ts';

interface DriverEvents {
  /** The socket is open: time to join. */
  open(): void;
  message(message: ServerMessage): void;
  warning(warning: ClientError): void;
  startMedia(): void;
  restartIce(): void;
  reconnecting(since: Milli): void;
  reconnected(outage: Milli): void;
  /** Once, and last. */
  end(reason: CloseReason): void;
}

/** Carries out what the `connection` machine decides, with a real socket, timer and clock. */
export class ConnectionDriver {
  readonly #url: URL;
  readonly #giveUpAfter: Milli;
  readonly #events: DriverEvents;
  #connection: Connection;
  #socket: SignalingSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: URL, giveUpAfter: Milli, events: DriverEvents) {
    this.#url = url;
    this.#giveUpAfter = giveUpAfter;
    this.#events = events;
    globalThis.addEventListener('online', this.#online);
    const first = connect(monotonicClock());
    this.#connection = first.state;
    this.#apply(first.effects);
  }

  feed(input: ConnectionInput): void {
    const now = monotonicClock();
    const step = advance(this.#connection, input, now, Math.random(), this.#giveUpAfter);
    this.#connection = step.state;
    this.#apply(step.effects);
  }

  /** Dropped while there is no open socket. */
  send(message: ClientMessage): void {
    this.#socket?.send(message);
  }

  pingEvery(interval: Milli): void {
    this.#socket?.pingEvery(interval);
  }

  readonly #online = () => this.feed({ type: 'online' });

  #apply(effects: readonly ConnectionEffect[]): void {
    for (const effect of effects) this.#perform(effect);
    clearTimeout(this.#timer);
    const deadline = nextDeadline(this.#connection);
    if (deadline === null) return;
    this.#timer = setTimeout(() => this.feed({ type: 'tick' }), deadline - monotonicClock());
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.do) {
      case 'open-socket':
        this.#openSocket();
        break;
      case 'close-socket':
        this.#closeSocket();
        break;
      case 'start-media':
        this.#events.startMedia();
        break;
      case 'restart-ice':
        this.#events.restartIce();
        break;
      case 'announce-reconnecting':
        this.#events.reconnecting(monotonicClock());
        break;
      case 'announce-reconnected':
        this.#events.reconnected(effect.outage);
        break;
      case 'end':
        globalThis.removeEventListener('online', this.#online);
        this.#closeSocket();
        this.#events.end(effect.reason);
        break;
    }
  }

  #openSocket(): void {
    this.#closeSocket();
    this.#socket = new SignalingSocket(this.#url, {
      open: this.#events.open,
      message: this.#events.message,
      warning: this.#events.warning,
      closed: () => this.feed({ type: 'socket-closed' }),
    });
  }

  #closeSocket(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}
