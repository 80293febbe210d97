import { createLog, type Log } from '../../src/log.ts';
import type { ServerMessage } from '../../src/signaling/protocol.ts';
import {
  type SignalingOptions,
  SignalingServer,
  TICK_INTERVAL,
} from '../../src/signaling/signaling-server.ts';
import type { Socket, SocketEvents } from '../../src/signaling/socket.ts';
import type { Milli } from '../../src/time.ts';
import { FakeCatalogue } from './fake-catalogue.ts';
import { FakeMedia, type FakePeer } from './fake-media.ts';

type MessageOf<T extends ServerMessage['type']> = ServerMessage & { type: T };

/** Lets everything happen that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A client's end of a WebSocket, without network. */
export class FakeSocket implements Socket {
  readonly received: ServerMessage[] = [];
  bufferedBytes = 0;
  pings = 0;
  /** How the server ended it. */
  ended: { code: number; reason: string } | 'terminated' | undefined;
  events: SocketEvents | undefined;
  /** Set to see what the server does about a socket that throws. */
  failing = false;

  send(text: string): void {
    if (this.failing) throw new Error('socket failed');
    this.received.push(JSON.parse(text));
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.ended ??= { code, reason };
    queueMicrotask(() => this.events?.closed(code));
  }

  terminate(): void {
    this.ended ??= 'terminated';
    queueMicrotask(() => this.events?.closed(1006));
  }

  say(message: object): void {
    this.events?.text(JSON.stringify(message));
  }

  all<T extends ServerMessage['type']>(type: T): MessageOf<T>[] {
    return this.received.filter((message): message is MessageOf<T> => message.type === type);
  }

  /** The newest message of a type. */
  last<T extends ServerMessage['type']>(type: T): MessageOf<T> {
    const message = this.all(type).at(-1);
    if (message === undefined) throw new Error(`no ${type} among ${JSON.stringify(this.received)}`);
    return message;
  }

  get id(): string {
    return this.last('joined').you.id;
  }
}

/** A signaling server whose time is a number and whose sockets are objects. */
export class SimulatedServer {
  readonly media = new FakeMedia();
  readonly identities = new FakeCatalogue();
  readonly refusals: string[] = [];
  readonly logged: string[] = [];
  readonly signaling: SignalingServer;
  now: Milli = 0;
  #ids = 0;

  constructor(options: Partial<SignalingOptions> = {}) {
    const log: Log = createLog({
      level: 'trace',
      format: 'json',
      destination: { write: (line) => void this.logged.push(line) },
    });
    this.signaling = new SignalingServer({
      line: { admission: undefined, length: 0, patience: 60_000 },
      limits: { rooms: [], maxRooms: 10, maxRoomParticipants: 4, maxSessions: 10 },
      connection: {
        idleTimeout: 30_000,
        pingInterval: 10_000,
        messages: { burst: 100, perSecond: 50 },
        candidates: { burst: 20, perSecond: 1 },
      },
      motion: 'relative',
      smoothing: 0.5,
      resumeWindow: 10_000,
      defaultIdentity: undefined,
      media: this.media,
      identities: this.identities,
      iceServers: (participant) => [{ urls: ['turn:t.example'], username: participant }],
      randomId: () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
      onRefusal: (code) => void this.refusals.push(code),
      log,
      clock: () => this.now,
      ...options,
    });
    this.identities.onDeleted((id) => this.signaling.identityDeleted(id));
  }

  connect(): FakeSocket {
    const socket = new FakeSocket();
    socket.events = this.signaling.accept(socket);
    return socket;
  }

  /** Connects and joins; whether that succeeded is for the caller to see. */
  async join(fields: object = {}): Promise<FakeSocket> {
    const socket = this.connect();
    const join = { type: 'join', version: 1, room: 'room', name: 'Somebody', identity: 'ada' };
    socket.say({ ...join, ...fields });
    await settle();
    return socket;
  }

  peerOf(socket: FakeSocket): FakePeer {
    return this.media.of(socket.id);
  }

  /** Time goes by in the server's own grain; clients that are given ping and answer pings meanwhile. */
  async pass(duration: Milli, alive: readonly FakeSocket[] = []): Promise<void> {
    for (const end = this.now + duration; this.now < end; ) {
      this.now = Math.min(end, this.now + TICK_INTERVAL);
      for (const socket of alive) {
        if (this.now % 5000 === 0) socket.say({ type: 'ping', at: this.now });
        socket.events?.pong();
      }
      this.signaling.tick();
      await settle();
    }
  }
}
