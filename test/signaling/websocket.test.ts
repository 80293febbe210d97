import { once } from 'node:events';
import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
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

describe('connections from one address', () => {
  const ANN = '192.0.2.1';
  let few: RunningTestServer;

  beforeAll(async () => {
    few = await runServer(['--max-connections-per-address', '2', '--max-sessions', '1']);
  });
  afterAll(() => few[Symbol.asyncDispose]());

  /** Connects through a proxy on this machine, for an address. */
  const from = (address: string) =>
    connect({ headers: { 'x-forwarded-for': address } }, few.signalingUrl);

  /** Connects for an address until it is refused. @returns the connections, and the status of the refusal. */
  async function connectAll(address: string) {
    const sockets: WebSocket[] = [];
    for (;;) {
      const socket = await from(address);
      if (typeof socket === 'number') return { sockets, status: socket };
      sockets.push(socket);
    }
  }

  function closeAll(sockets: readonly WebSocket[]) {
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.terminate();
    return closed;
  }

  /** Begins a handshake for an address, over TCP alone. */
  function handshake(address: string, key: string): TcpSocket {
    const { hostname, port, host } = new URL(few.url);
    const raw = connectTcp(Number(port), hostname);
    raw.on('error', () => undefined);
    const head = [
      ...['GET /signaling HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade'],
      ...['Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`],
      ...[`X-Forwarded-For: ${address}`, '', ''],
    ];
    raw.write(head.join('\r\n'));
    return raw;
  }

  it('are refused beyond what it may have, and those of others are not', async () => {
    const { sockets, status } = await connectAll(ANN);
    expect([sockets.length, status]).toEqual([2, 429]);
    const other = await from('192.0.2.2');
    const own = await connect({}, few.signalingUrl);
    expect(other).toBeInstanceOf(WebSocket);
    expect(own).toBeInstanceOf(WebSocket);
    await closeAll([...sockets, other as WebSocket, own as WebSocket]);
  });

  it('are taken again when one has closed', async () => {
    const { sockets } = await connectAll(ANN);
    await closeAll(sockets.splice(0, 1));
    await expect
      .poll(async () => {
        const again = await from(ANN);
        if (again instanceof WebSocket) sockets.push(again);
        return again;
      })
      .toBeInstanceOf(WebSocket);
    await closeAll(sockets);
  });

  it('are not counted that break off before they are open, or never become any', async () => {
    for (let count = 0; count < 4; count += 1) {
      const broken = handshake(ANN, 'AAAAAAAAAAAAAAAAAAAAAA==');
      await once(broken, 'connect');
      broken.resetAndDestroy();
      const refused = handshake(ANN, 'no key');
      await once(refused, 'data');
      refused.destroy();
    }
    await expect
      .poll(async () => {
        const { sockets } = await connectAll(ANN);
        await closeAll(sockets);
        return sockets.length;
      })
      .toBe(2);
  });

  it('are counted by the /64 of an IPv6 address, of which everybody has all addresses', async () => {
    const sockets = [await from('2001:db8::1'), await from('2001:db8::2')];
    expect(await from('2001:db8::3')).toBe(429);
    const other = await from('2001:db8:0:1::3');
    expect(other).toBeInstanceOf(WebSocket);
    await closeAll([...sockets, other] as WebSocket[]);
  });

  it('that are refused are told why, hung up on and counted', async () => {
    const { sockets } = await connectAll(ANN);
    const refused = handshake(ANN, 'AAAAAAAAAAAAAAAAAAAAAA==');
    let answer = '';
    refused.on('data', (data) => {
      answer += String(data);
    });
    await once(refused, 'close');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 429 Too Many Requests\r\n/);
    expect(JSON.parse(body)).toEqual({
      error: { code: 'too_many_connections', message: expect.stringContaining('close one') },
    });
    const metrics = await (await fetch(`${few.url}/metrics`)).text();
    expect(metrics).toMatch(
      /understudy_signaling_errors_total\{code="too_many_connections"\} [1-9]/,
    );
    await closeAll(sockets);
  });

  it('may fill every place of a server that is not told otherwise, and not lock others out', async () => {
    await using server = await runServer(['--max-sessions', '3']);
    const options = { headers: { 'x-forwarded-for': ANN } };
    const sockets: WebSocket[] = [];
    for (;;) {
      const socket = await connect(options, server.signalingUrl);
      if (typeof socket === 'number') break;
      sockets.push(socket);
    }
    expect(sockets).toHaveLength(11);
    const other = { headers: { 'x-forwarded-for': '192.0.2.2' } };
    expect(await connect(other, server.signalingUrl)).toBeInstanceOf(WebSocket);
  });
});
