import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { turnCredentials } from '../../../src/signaling/turn-credentials.ts';
import { LoopbackTurn } from '../../turn/turn-server.io.ts';
import { sharedSecretUsers } from '../../turn/turn-users.ts';
import { connect } from './connected-peers.ts';

const keyframe = { codec: 'vp8', data: Buffer.alloc(5000, 0x10), keyframe: true } as const;

const typesOf = (candidates: readonly string[]) =>
  candidates.map((candidate) => /typ (\w+)/.exec(candidate)?.[1]);

describe('a connection with ICE servers', () => {
  it('carries frames where a TURN server is the only way to it', async () => {
    const turn = await LoopbackTurn.open(sharedSecretUsers('north'));
    const login = turnCredentials('north', 'server', Date.now(), 60_000);
    const [server, client] = connect({}, false, {
      hosts: [],
      iceServers: [{ urls: [turn.url], ...login }],
    });
    const sender = client.peer.addVideoSender({ participant: 'anna', codecs: ['vp8'] });
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    await expect.poll(() => client.peer.connectionState).toBe('connected');
    expect(turn.admitted).toEqual([login.username]);
    expect(typesOf(server.candidates)).toEqual(['relay', undefined]);
    const before = turn.relayed.in;
    sender.send(keyframe, 1000);
    await expect.poll(() => server.frames.length).toBe(1);
    expect(turn.relayed.in).toBeGreaterThanOrEqual(before + 5);
    expect([...server.errors, ...client.errors]).toEqual([]);
    await server.peer.close();
    turn.close();
  });

  it('does not wait for a STUN server that does not answer', async () => {
    const silent = createSocket('udp4');
    let asked = 0;
    silent.on('message', () => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const [server, client] = connect({}, false, {
      iceServers: [{ urls: [`stun:127.0.0.1:${silent.address().port}`] }],
    });
    client.peer.addVideoSender({ participant: 'anna', codecs: ['vp8'] });
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    // Its candidates have not ended: STUN may still tell of one.
    expect(server.candidates.at(-1)).toMatch(/typ host/);
    await expect.poll(() => asked).toBeGreaterThan(0);
    silent.close();
  });

  it('offers what a STUN server tells it, and then no more', async () => {
    const turn = await LoopbackTurn.open(() => undefined);
    const [server, client] = connect({}, false, { iceServers: [{ urls: [turn.stunUrl] }] });
    client.peer.addVideoSender({ participant: 'anna', codecs: ['vp8'] });
    await expect.poll(() => server.candidates.at(-1)).toBe('');
    expect(typesOf(server.candidates)).toEqual(['host', 'srflx', undefined]);
    await expect.poll(() => server.peer.connectionState).toBe('connected');
    turn.close();
  });
});
