import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from '../../src/signaling/protocol.ts';
import { type RunningTestServer, runServer } from './running-server.ts';

let server: RunningTestServer;

beforeAll(async () => {
  server = await runServer(['--max-sessions', '2', '--allowed-origins', 'https://call.example']);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Opens a WebSocket. @returns it, or the status with which it was refused. */
async function connect(options: ClientOptions = {}, url = server.signalingUrl) {
  const socket = new WebSocket(url, options);
  const refused = once(socket, 'unexpected-response').then(
    ([, response]) => response.statusCode as number,
  );
  socket.on('error', () => undefined);
  return Promise.race([once(socket, 'open').then(() => socket), refused]);
}

async function open(options: ClientOptions = {}): Promise<WebSocket> {
  const socket = await connect(options);
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return socket;
}

/** Sends one frame, and waits for the end. @returns what came, and the closing code and reason. */
async function sendUntilClosed(frame: string | Buffer) {
  const socket = await open();
  const received: unknown[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  socket.send(frame);
  const [code, reason] = await once(socket, 'close');
  return { received, code, reason: String(reason) };
}

describe('the signaling WebSocket', () => {
  it('lets the server’s own page in, listed ones, and what is no page', async () => {
    const { host } = new URL(server.url);
    for (const origin of [`http://${host}`, 'https://call.example', undefined]) {
      const socket = await open(origin === undefined ? {} : { origin });
      socket.terminate();
    }
  });

  it('refuses pages of other origins, other host names and other paths', async () => {
    expect(await connect({ origin: 'https://other.example' })).toBe(403);
    expect(await connect({ headers: { host: 'rebound.example' } })).toBe(421);
    expect(await connect({}, server.signalingUrl.replace('signaling', 'elsewhere'))).toBe(404);
  });

  it('tells what was wrong with a message, then closes', async () => {
    expect(await sendUntilClosed('{')).toEqual({
      received: [
        { type: 'error', code: 'malformed_json', message: expect.any(String), fatal: true },
      ],
      code: 1008,
      reason: 'malformed_json',
    });
  });

  it('refuses binary frames with 1003', async () => {
    const { received, code } = await sendUntilClosed(Buffer.from('{}'));
    expect(received).toMatchObject([{ code: 'binary_message', fatal: true }]);
    expect(code).toBe(1003);
  });

  it('refuses an oversize message with a sentence and 1009', async () => {
    const { received, code } = await sendUntilClosed(`"${'x'.repeat(MAX_MESSAGE_BYTES)}"`);
    expect(received).toMatchObject([{ code: 'message_too_large', fatal: true }]);
    expect(code).toBe(1009);
  });

  it('closes with 1009 on what it does not even read to the end', async () => {
    const { received, code } = await sendUntilClosed('x'.repeat(20 * MAX_MESSAGE_BYTES));
    expect(received).toEqual([]);
    expect(code).toBe(1009);
  });

  it('does not compress, so that nothing small can grow large', async () => {
    const socket = await open({ perMessageDeflate: true });
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('drops a client that does not read, before it costs much memory', async () => {
    const socket = await open();
    const joined = once(socket, 'message');
    const join = { type: 'join', version: 1, room: 'r', name: 'N', identity: 'ada' };
    socket.send(JSON.stringify(join));
    const [message] = await joined;
    const { you } = JSON.parse(String(message));
    socket.pause();
    const dropped = () => server.logged.some((line) => line.includes('slow_reader'));
    for (let count = 0; !dropped() && count < 50_000; count += 1) {
      server.media.of(you.id).events.candidate({ candidate: 'x'.repeat(1024) });
      if (count % 100 === 0) await new Promise(setImmediate);
    }
    expect(dropped()).toBe(true);
    socket.terminate();
  });

  it('survives a client that breaks off during the handshake', async () => {
    const { hostname, port } = new URL(server.url);
    const raw = connectTcp(Number(port), hostname);
    await once(raw, 'connect');
    raw.write('GET /signaling HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n');
    raw.destroy();
    const socket = await open();
    socket.terminate();
  });

  it('refuses connections beyond what the places need, and takes them again later', async () => {
    const crowded = await runServer(['--max-sessions', '1']);
    const sockets: WebSocket[] = [];
    for (;;) {
      const socket = await connect({}, crowded.signalingUrl);
      if (typeof socket === 'number') {
        expect(socket).toBe(503);
        break;
      }
      sockets.push(socket);
    }
    expect(sockets).toHaveLength(18);
    const [first] = sockets;
    first?.close();
    if (first !== undefined) await once(first, 'close');
    const again = await connect({}, crowded.signalingUrl);
    expect(again).toBeInstanceOf(WebSocket);
    for (const socket of sockets) socket.terminate();
    await crowded[Symbol.asyncDispose]();
  });
});
