import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type RunningTestServer, runServer } from './running-server.ts';
import { ScriptedClient } from './scripted-client.ts';

const JOIN = { type: 'join', version: 1, room: 'stage', name: 'Ann', identity: 'ada' };

async function join(server: RunningTestServer, fields: object = {}) {
  const client = new ScriptedClient(server.signalingUrl);
  await client.opened;
  client.send({ ...JOIN, ...fields });
  const joined = await client.next('joined');
  return { client, joined, you: joined.you as Record<string, unknown> };
}

describe('a client written from the documentation', () => {
  it('joins, negotiates, becomes someone else, and leaves', async () => {
    await using server = await runServer();
    const ann = await join(server);
    const bob = await join(server, { name: 'Bob', identity: 'bea' });
    expect(await ann.client.next('participant-joined')).toMatchObject({ participant: bob.you });

    bob.client.send({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    bob.client.send({ type: 'candidate', candidate: { candidate: '' } });
    const tracks = await bob.client.next('tracks');
    expect(tracks.tracks).toMatchObject([{ participant: bob.you.id }, { participant: ann.you.id }]);
    expect(await bob.client.next('description')).toMatchObject({ description: { type: 'answer' } });

    bob.client.send({ type: 'identity', identity: 'cem', request: '1' });
    expect(await bob.client.next('identity-changed')).toMatchObject({
      identity: 'cem',
      request: '1',
    });
    expect(await ann.client.next('participant-changed')).toMatchObject({
      participant: { id: bob.you.id, identity: 'cem' },
    });

    bob.client.send({ type: 'ping', at: 12 });
    expect(await bob.client.next('pong')).toMatchObject({ at: 12 });

    bob.client.send({ type: 'leave' });
    expect(await bob.client.closed).toEqual({ code: 1000, reason: 'left' });
    expect(await ann.client.next('participant-left')).toMatchObject({ id: bob.you.id });
  });

  it('comes back with its resume token after a broken connection', async () => {
    await using server = await runServer();
    const ann = await join(server);
    const bob = await join(server);
    bob.client.close(3000);
    await bob.client.closed;
    const back = await join(server, { resume: bob.joined.resume });
    expect(back.you.id).toBe(bob.you.id);
    expect(await ann.client.next('participant-changed')).toMatchObject({ participant: back.you });
  });

  it('is told at once when the identity it uses is deleted', async () => {
    await using server = await runServer();
    server.identities.add('own-1', false);
    const ann = await join(server, { identity: 'own-1' });
    await server.identities.delete('own-1');
    expect(await ann.client.next('error')).toMatchObject({
      code: 'identity_deleted',
      fatal: false,
    });
    expect(await ann.client.next('identity-changed')).toMatchObject({ identity: 'ada' });
  });
});

describe('the server', () => {
  it('drains: tells everybody, takes nobody in, and ends when they have left', async () => {
    await using server = await runServer(['--drain-grace', '1h']);
    const ann = await join(server);
    const drained = server.drain();
    expect(await ann.client.next('draining')).toMatchObject({ graceMs: 3_600_000 });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    const late = new ScriptedClient(server.signalingUrl);
    await late.opened;
    late.send(JOIN);
    expect(await late.next('error')).toMatchObject({ code: 'server_draining', fatal: true });
    expect((await late.closed).code).toBe(1013);
    ann.client.send({ type: 'leave' });
    await drained;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('ends those who stay longer than the grace with 1001', async () => {
    await using server = await runServer(['--drain-grace', '0ms']);
    const ann = await join(server);
    await server.drain();
    expect((await ann.client.closed).code).toBe(1001);
    expect(server.media.of(String(ann.you.id)).closed).toBe(true);
  });

  it('ends every session when it is closed', async () => {
    const server = await runServer();
    const ann = await join(server);
    await server[Symbol.asyncDispose]();
    expect((await ann.client.closed).code).toBe(1001);
    expect(server.media.of(String(ann.you.id)).closed).toBe(true);
  });

  it('ends although a client never answers the closing handshake', async () => {
    const server = await runServer();
    const { hostname, port, host } = new URL(server.url);
    const mute = connect(Number(port), hostname);
    mute.write(
      [
        ...['GET /signaling HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade'],
        ...['Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
        ...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
      ].join('\r\n'),
    );
    const [answer] = await once(mute, 'data');
    expect(String(answer)).toContain('101 Switching Protocols');
    const ended = once(mute, 'close');
    await server[Symbol.asyncDispose]();
    await ended;
  });

  it('says when its port is taken, and how to choose another', async () => {
    await using server = await runServer();
    const port = new URL(server.url).port;
    await expect(runServer(['--port', port])).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('--port'),
    });
  });

  it('says when it cannot listen on an address', async () => {
    // TEST-NET-1 (RFC 5737): nobody's address, so not this machine's.
    await expect(runServer(['--host', '192.0.2.1'])).rejects.toMatchObject({
      code: 'cannot_listen',
    });
  });
});
