import type { Log } from '../log.ts';
import type { Milli } from '../time.ts';
import { Conference } from './conference.ts';
import type { ConferenceOptions } from './conference-options.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  MAX_BUFFERED_BYTES,
  openConnection,
  stepConnection,
} from './connection.ts';
import type { Link } from './link.ts';
import { CLOSE_CODES, type ServerMessage } from './protocol.ts';
import { Refusal, toRefusal } from './refusal.ts';
import type { Socket, SocketEvents } from './socket.ts';

export interface SignalingOptions extends ConferenceOptions {
  readonly connection: ConnectionLimits;
  /** Counts refusals by code. */
  readonly onRefusal: (code: Refusal['code']) => void;
}

/**
 * Closing codes by which a client says that it goes on purpose: normal, and the page is closed.
 * After any other the place is kept for a while.
 */
const DELIBERATE_CLOSES: readonly number[] = [CLOSE_CODES.left, CLOSE_CODES.goingAway];

/** How often {@link SignalingServer.tick} is to be called: the grain of every timeout here. */
export const TICK_INTERVAL: Milli = 250;

interface Client {
  readonly socket: Socket;
  readonly link: Link;
  connection: Connection;
}

/** Every signaling connection, and the conference that they lead to. */
export class SignalingServer {
  readonly #options: SignalingOptions;
  readonly #log: Log;
  readonly #conference: Conference;
  readonly #clients = new Set<Client>();
  #drain: { readonly until: Milli; readonly done: () => void } | undefined;
  #draining = false;

  constructor(options: SignalingOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#conference = new Conference(options);
  }

  get counts(): Conference['counts'] & { connections: number } {
    return { ...this.#conference.counts, connections: this.#clients.size };
  }

  /** Takes a new WebSocket. The caller feeds the events returned. */
  accept(socket: Socket): SocketEvents {
    const client: Client = {
      socket,
      link: this.#linkOf(() => client),
      connection: openConnection(this.#options.connection, this.#options.clock()),
    };
    this.#clients.add(client);
    return {
      text: (text) => this.#step(client, { type: 'text', text }),
      binary: () => this.#step(client, { type: 'binary' }),
      pong: () => this.#step(client, { type: 'pong' }),
      closed: (code) => {
        this.#step(client, { type: 'closed', code });
        this.#clients.delete(client);
      },
    };
  }

  /** Everything that time brings about. */
  tick(): void {
    const now = this.#options.clock();
    for (const client of this.#clients) {
      this.#step(client, { type: 'tick', bufferedBytes: client.socket.bufferedBytes });
    }
    this.#contain(undefined, () => this.#conference.tick(now));
    if (this.#drain === undefined) return;
    if (this.#conference.counts.participants > 0 && now < this.#drain.until) return;
    this.#drain.done();
    this.#drain = undefined;
  }

  identityDeleted(identity: string): void {
    this.#conference.identityDeleted(identity).catch((error: unknown) => {
      this.#log.error({ err: error }, 'deleted identity could not be replaced');
    });
  }

  /**
   * Takes nobody in any more and tells everybody. Resolves when all have left or `grace` is over;
   * {@link close} ends what is left.
   */
  drain(grace: Milli): Promise<void> {
    this.#draining = true;
    this.#conference.drain(grace);
    return new Promise((done) => {
      this.#drain = { until: this.#options.clock() + grace, done };
    });
  }

  /** Ends every session and closes every connection. */
  async close(): Promise<void> {
    this.#draining = true;
    const ending = this.#conference.close();
    for (const client of this.#clients) {
      client.connection = { phase: 'left' };
      client.socket.close(CLOSE_CODES.goingAway, 'going away');
    }
    this.#clients.clear();
    this.#drain?.done();
    this.#drain = undefined;
    await ending;
  }

  #step(client: Client, input: ConnectionInput): void {
    this.#contain(client, () => {
      const before = client.connection;
      const [after, effects] = stepConnection(
        before,
        input,
        this.#options.clock(),
        this.#options.connection,
      );
      client.connection = after;
      for (const effect of effects) this.#perform(client, effect);
      if (before.phase !== 'joined' || after.phase === 'joined') return;
      // A broken line may come back with its resume token; what ended otherwise ended for good.
      if (isBroken(input, effects)) this.#conference.hold(before.participant, client.link);
      else this.#conference.leave(before.participant, client.link);
    });
  }

  #perform(client: Client, effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'join':
        void this.#join(client, effect.message);
        return;
      case 'deliver':
        this.#conference.receive(effect.participant, effect.message);
        return;
      case 'pong':
        this.#send(client, { type: 'pong', at: effect.at, serverAt: this.#options.clock() });
        return;
      case 'ping':
        client.socket.ping();
        return;
      case 'refuse':
        this.#tell(client, effect.refusal, effect.fatal);
        return;
      case 'close':
        client.socket.close(effect.code, effect.reason);
        return;
      case 'terminate':
        this.#log.info({ reason: effect.reason }, 'connection dropped');
        client.socket.terminate();
        return;
    }
  }

  async #join(client: Client, message: Parameters<Conference['join']>[1]): Promise<void> {
    try {
      if (this.#draining) {
        throw new Refusal('server_draining', 'The server is going away: connect again later.');
      }
      const { pingInterval, idleTimeout } = this.#options.connection;
      const times = { pingIntervalMs: pingInterval, idleTimeoutMs: idleTimeout };
      const participant = await this.#conference.join(client.link, message, times);
      this.#step(client, { type: 'admitted', participant });
      // Dropped while it was told that it is in: what it was given is nobody's.
      if (client.connection.phase !== 'joined') this.#conference.leave(participant, client.link);
      else if (this.#drain !== undefined) this.#sendDraining(client, this.#drain.until);
    } catch (error) {
      const fallback = { code: 'internal', message: 'You could not be let in.' } as const;
      const refusal = toRefusal(error, fallback);
      if (refusal.code === 'internal') this.#log.error({ err: error }, 'join failed');
      this.#step(client, { type: 'refused', refusal });
    }
  }

  /** To one who was being let in when the others were told. */
  #sendDraining({ link }: Client, until: Milli): void {
    link.send({ type: 'draining', graceMs: Math.max(0, until - this.#options.clock()) });
  }

  #linkOf(client: () => Client): Link {
    const server = this;
    return {
      get open() {
        return client().connection.phase !== 'left';
      },
      send(message) {
        if (this.open) server.#send(client(), message);
      },
      refuse(refusal, fatal) {
        if (fatal) server.#step(client(), { type: 'ended', refusal });
        else if (this.open) server.#tell(client(), refusal, false);
      },
    };
  }

  /** Contained here: whoever sends may be in the middle of telling everybody. */
  #send(client: Client, message: ServerMessage): void {
    if (!this.#clients.has(client)) return;
    this.#contain(client, () => client.socket.send(JSON.stringify(message)));
    if (client.socket.bufferedBytes <= MAX_BUFFERED_BYTES) return;
    queueMicrotask(() => {
      const { bufferedBytes } = client.socket;
      this.#step(client, { type: 'tick', bufferedBytes });
    });
  }

  #tell(client: Client, refusal: Refusal, fatal: boolean): void {
    const { code, message, request, estimate } = refusal;
    this.#options.onRefusal(code);
    this.#log.debug({ code, fatal }, 'refused');
    const detail = { ...(request !== undefined && { request }), ...(estimate && { estimate }) };
    this.#send(client, { type: 'error', code, message, fatal, ...detail });
  }

  /** One client's failure is nobody else's: it alone is dropped. */
  #contain(client: Client | undefined, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#log.error({ err: error }, 'signaling failed');
      client?.socket.terminate();
    }
  }
}

function isBroken(input: ConnectionInput, effects: readonly ConnectionEffect[]): boolean {
  if (input.type === 'closed') return !DELIBERATE_CLOSES.includes(input.code);
  return effects.some((effect) => effect.type === 'terminate');
}
