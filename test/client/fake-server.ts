import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { SECURITY_HEADERS } from '../../src/signaling/http/response-headers.ts';
import { enrolRequestSchema, type IdentitySummary } from '../../src/signaling/identity-api.ts';
import {
  type ClientMessage,
  clientMessageSchema,
  type Participant,
  type ServerMessage,
} from '../../src/signaling/protocol.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webm': 'video/webm',
};

const CAST = ['ada', 'bruno', 'celeste', 'dmitri', 'esme', 'farid', 'greta', 'hugo'];

/** Enrolments with a picture of this name are refused, with that picture at fault. */
export const BAD_PICTURE = 'two-faces.png';

/**
 * The server as a client sees it, without its pipeline: the page under the real headers, identities,
 * rooms and signaling; media come from a page that runs `runFakeMedia`. Keeps what clients sent
 * that the protocol does not allow.
 */
export class FakeServer {
  readonly violations: string[] = [];
  readonly received: ClientMessage[] = [];
  readonly identities: IdentitySummary[];
  /** Frames that were shown without the network's answer. */
  degraded = 0;
  readonly #root: string;
  readonly #http = createServer((request, response) => this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #places = new Map<
    string,
    { room: string; participant: Participant; socket: WebSocket }
  >();
  readonly #stats = setInterval(() => this.#pushStats(), 1000);
  #media: WebSocket | undefined;
  #count = 0;
  #down = false;
  #full: { readonly queue: boolean } | undefined;
  readonly #waiting: (() => void)[] = [];
  #beat = 0;

  /** @param root folder of the built web app */
  constructor(root: string) {
    this.#root = root;
    this.identities = CAST.map((id) => summary(id, `${id[0]!.toUpperCase()}${id.slice(1)}`, true));
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.#down) socket.destroy();
      else this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#accept(ws, request));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#http.listen(0, '127.0.0.1', done));
    return `http://localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.#stats);
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  /** Cuts every client's line and lets nobody in until `comeBack`; forgets the participants. */
  goDown(): void {
    this.#down = true;
    for (const { socket, participant } of [...this.#places.values()]) {
      this.#leave(participant.id);
      socket.terminate();
    }
  }

  comeBack(): void {
    this.#down = false;
  }

  /** From now on there is no place for anybody: they are refused, or wait in line. */
  fillUp(full: { readonly queue: boolean }): void {
    this.#full = full;
  }

  /** Lets in everybody who waits, and whoever comes. */
  makeRoom(): void {
    this.#full = undefined;
    for (const admit of this.#waiting.splice(0)) admit();
  }

  /** Says something to everyone, the protocol's or not. */
  broadcast(message: unknown): void {
    for (const { socket } of this.#places.values()) socket.send(JSON.stringify(message));
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    if (request.url === '/fake-media') {
      this.#media = socket;
      socket.on('message', (data) => {
        const { client, message } = JSON.parse(String(data));
        this.#places.get(client)?.socket.send(JSON.stringify(message));
      });
      return;
    }
    let id: string | undefined;
    socket.on('message', (data) => {
      const parsed = clientMessageSchema.safeParse(JSON.parse(String(data)));
      if (!parsed.success) {
        this.violations.push(`${data}: ${parsed.error.message}`);
        return;
      }
      this.received.push(parsed.data);
      const { data: message } = parsed;
      const enter = (join: ClientMessage & { type: 'join' }) => {
        id = this.#join(socket, join);
      };
      if (message.type === 'join' && this.#full) this.#turnAway(socket, () => enter(message));
      else if (message.type === 'join') enter(message);
      else if (this.#waiting.length > 0 && (message.type === 'ping' || message.type === 'leave'))
        return;
      else if (id !== undefined) this.#hear(id, socket, parsed.data);
      else this.violations.push(`before join: ${parsed.data.type}`);
    });
    socket.on('close', () => {
      if (id !== undefined && this.#places.get(id)?.socket === socket) this.#leave(id);
    });
  }

  #turnAway(socket: WebSocket, admit: () => void): void {
    const estimate = {
      sessions: 4,
      capacity: 4,
      frameMs: 41.3,
      budgetMs: 1000 / 30,
      waitMs: 95_000,
    };
    if (this.#full?.queue) {
      this.#waiting.push(admit);
      const place = this.#waiting.length + 2;
      send(socket, { type: 'queued', place, estimate, pingIntervalMs: 1000 });
      return;
    }
    const message =
      '4 people are here, and this machine has time for 4: with one more, a frame could take 41 ms of the 33 ms that it has.';
    send(socket, { type: 'error', code: 'over_capacity', message, fatal: true, estimate });
    socket.close(1013);
  }

  #join(
    socket: WebSocket,
    { room, name, identity }: ClientMessage & { type: 'join' },
  ): string | undefined {
    if (!this.identities.some((known) => known.id === identity)) {
      const message = `There is no identity "${identity}".`;
      send(socket, { type: 'error', code: 'unknown_identity', message, fatal: true });
      socket.close();
      return undefined;
    }
    const id = `p-${++this.#count}`;
    const muted = { audio: false, video: false };
    const participant: Participant = { id, name, identity, muted, synthetic: true };
    const others = [...this.#places.values()].filter((place) => place.room === room);
    this.#places.set(id, { room, participant, socket });
    send(socket, {
      type: 'joined',
      version: 1,
      you: participant,
      room,
      participants: others.map((other) => other.participant),
      iceServers: [],
      resume: `resume-${id}`,
      pingIntervalMs: 1000,
      idleTimeoutMs: 5000,
    });
    for (const other of others) send(other.socket, { type: 'participant-joined', participant });
    this.#tellMedia(id, { type: 'open', identity });
    send(socket, { type: 'avatar', state: 'live' });
    return id;
  }

  #hear(id: string, socket: WebSocket, message: ClientMessage): void {
    switch (message.type) {
      case 'ping':
        send(socket, { type: 'pong', at: message.at, serverAt: 0 });
        break;
      case 'leave':
        this.#leave(id);
        socket.close(1000);
        break;
      case 'mute':
        this.#change(id, { muted: message.muted });
        break;
      case 'identity':
        this.#switch(id, socket, message.identity, message.request);
        break;
      case 'description':
      case 'candidate':
        this.#tellMedia(id, message);
        break;
    }
  }

  #switch(id: string, socket: WebSocket, identity: string, request: string | undefined): void {
    const echo = request === undefined ? {} : { request };
    if (!this.identities.some((known) => known.id === identity)) {
      const message = `There is no identity "${identity}".`;
      send(socket, { type: 'error', code: 'unknown_identity', message, fatal: false, ...echo });
      return;
    }
    this.#tellMedia(id, { type: 'identity', identity });
    send(socket, { type: 'identity-changed', identity, ...echo });
    this.#change(id, { identity });
  }

  #change(id: string, change: Partial<Participant>): void {
    const place = this.#places.get(id);
    if (!place) return;
    place.participant = { ...place.participant, ...change };
    for (const other of this.#places.values()) {
      if (other.room !== place.room || other === place) continue;
      send(other.socket, { type: 'participant-changed', participant: place.participant });
    }
  }

  #leave(id: string): void {
    const place = this.#places.get(id);
    if (!place) return;
    this.#places.delete(id);
    this.#tellMedia(id, { type: 'close' });
    for (const other of this.#places.values()) {
      if (other.room === place.room) send(other.socket, { type: 'participant-left', id });
    }
  }

  #tellMedia(client: string, message: object): void {
    this.#media?.send(JSON.stringify({ client, message }));
  }

  #pushStats(): void {
    const wave = Math.sin(++this.#beat / 3);
    const stagesMs = {
      decode: 0.9,
      landmark: 2.4 + wave / 3,
      pose: 0.3,
      render: 9 + 2 * wave,
      encode: 3.1,
    };
    const p50 = 17 + 3 * wave;
    for (const { socket } of this.#places.values()) {
      send(socket, {
        type: 'stats',
        stats: {
          at: this.#beat * 1000,
          avatar: 'live',
          engine: 'warp',
          device: 'cpu',
          fpsIn: 29.8,
          fpsOut: 29.6 + wave / 4,
          addedLatencyMs: { p50, p95: p50 * 1.6 },
          stagesMs,
          frameBudgetMs: 1000 / 30,
          deadlines: { met: this.#beat * 30, missed: this.#beat },
          // A minute with a fall and a climb in it.
          ...(this.#beat % 20 < 14
            ? { level: 'full', levelReason: 'within-budget' }
            : { level: 'half', levelReason: 'shared-load' }),
          degraded: this.degraded,
          drops: { superseded: this.#beat, undecodable: 0 },
          bitrateInBps: 1.1e6,
          bitrateOutBps: 9e5,
          lossIn: 0.004,
          rttMs: 12,
          codecIn: 'VP8',
          codecOut: 'VP8',
          lipSyncErrorMs: 11,
        },
      });
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/fake-media') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>media</title>');
      return;
    }
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (pathname === '/api/identities') this.#serveIdentities(request, response);
    else if (pathname.startsWith('/api/identities/'))
      this.#serveIdentity(request, response, pathname);
    else this.#serveFile(response, pathname);
  }

  #serveIdentities(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') {
      answer(response, 200, this.identities);
      return;
    }
    void readForm(request).then((form) => {
      const parsed = enrolRequestSchema.safeParse(JSON.parse(String(form.get('identity'))));
      if (!parsed.success) {
        this.violations.push(parsed.error.message);
        answer(response, 400, { error: { code: 'invalid_enrolment', message: 'Not valid.' } });
        return;
      }
      const files = form.getAll('picture') as File[];
      if (files.length === 0) this.violations.push('an enrolment without pictures');
      const picture = files.findIndex(({ name }) => name === BAD_PICTURE);
      if (picture >= 0) {
        const message = 'There are two faces in this picture; one is needed.';
        answer(response, 422, { error: { code: 'two_faces', message, picture } });
        return;
      }
      const enrolled = summary(`own-${++this.#count}`, parsed.data.name, false);
      this.identities.push(enrolled);
      answer(response, 201, { ...enrolled, deleteToken: `token-${enrolled.id}` });
    });
  }

  #serveIdentity(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    const id = pathname.split('/')[3] ?? '';
    const index = this.identities.findIndex((identity) => identity.id === id);
    if (request.method !== 'DELETE') {
      response.setHeader('content-type', 'image/svg+xml').end(face(id));
    } else if (request.headers.authorization !== `Bearer token-${id}`) {
      answer(response, 403, { error: { code: 'wrong_token', message: 'Not yours to delete.' } });
    } else {
      this.identities.splice(index, 1);
      response.writeHead(204).end();
    }
  }

  #serveFile(response: ServerResponse, pathname: string): void {
    const path = join(this.#root, pathname === '/' ? 'index.html' : pathname);
    if (!path.startsWith(this.#root) || !existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    createReadStream(path).pipe(response);
  }
}

/** The platform's own reader of forms, which knows no streams of Node. */
async function readForm(request: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const type = request.headers['content-type'] ?? '';
  return new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData();
}

function summary(id: string, name: string, builtIn: boolean): IdentitySummary {
  const pictureUrl = `/api/identities/${id}/picture`;
  const createdAt = '2026-01-01T00:00:00Z';
  return { id, name, builtIn, examples: 3, consent: !builtIn, createdAt, pictureUrl };
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function face(id: string): string {
  const hue = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(${hue} 45% 30%)"/><ellipse cx="48" cy="50" rx="28" ry="35" fill="hsl(${hue} 40% 72%)"/><circle cx="38" cy="43" r="4"/><circle cx="58" cy="43" r="4"/><ellipse cx="48" cy="66" rx="11" ry="4"/></svg>`;
}
