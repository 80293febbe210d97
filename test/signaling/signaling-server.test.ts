import { describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES } from '../../src/signaling/connection.ts';
import { SimulatedServer, settle } from './simulated-server.ts';

describe('leaving', () => {
  it.each([
    ['leave', 0],
    ['a closed page', 1001],
    ['a normal close', 1000],
  ])('by %s frees the place at once', async (_, code) => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    if (code === 0) ann.say({ type: 'leave' });
    else ann.events?.closed(code);
    await settle();
    expect(bob.last('participant-left').id).toBe(ann.id);
    expect(server.peerOf(ann).closed).toBe(true);
    expect([...server.peerOf(bob).watched]).toEqual([bob.id]);
    expect(server.signaling.counts).toMatchObject({ rooms: 1, participants: 1, connections: 1 });
  });

  it('by silence frees the place without waiting for a return', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    await server.pass(31_000, [bob]);
    expect(server.peerOf(ann).closed).toBe(true);
    expect(bob.all('participant-left')).toEqual([{ type: 'participant-left', id: ann.id }]);
    expect(bob.ended).toBeUndefined();
  });

  it('by a dead line is noticed though the socket stays open', async () => {
    const server = new SimulatedServer({ resumeWindow: 0 });
    const ann = await server.join();
    const bob = await server.join();
    await server.pass(20_000, [bob]);
    expect(ann.ended).toBe('terminated');
    expect(bob.last('participant-left').id).toBe(ann.id);
  });

  it('by not reading happens as soon as too much has piled up', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    ann.bufferedBytes = MAX_BUFFERED_BYTES + 1;
    bob.say({ type: 'mute', muted: { audio: true, video: true } });
    await settle();
    expect(ann.ended).toBe('terminated');
    expect(bob.ended).toBeUndefined();
  });

  it('by not reading what lets one in leaves no place behind that nobody is in', async () => {
    const server = new SimulatedServer();
    const ann = server.connect();
    const send = ann.send.bind(ann);
    ann.send = (text) => {
      send(text);
      ann.bufferedBytes = MAX_BUFFERED_BYTES + 1;
    };
    ann.say({ type: 'join', version: 1, room: 'room', name: 'Ann', identity: 'ada' });
    await settle();
    expect(ann.ended).toBe('terminated');
    await server.pass(60_000);
    expect(server.signaling.counts).toMatchObject({ rooms: 0, participants: 0, joined: 0 });
    expect(server.peerOf(ann).closed).toBe(true);
  });
});

describe('one bad peer', () => {
  it('whose media fails in everything hurts nobody else', async () => {
    const server = new SimulatedServer();
    server.media.broken.add('cem');
    const ann = await server.join();
    const bad = await server.join({ identity: 'cem' });
    bad.say({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    bad.say({ type: 'candidate', candidate: { candidate: 'candidate:1' } });
    bad.say({ type: 'identity', identity: 'bea', request: 'r' });
    bad.say({ type: 'motion', smoothing: 1 });
    bad.say({ type: 'mute', muted: { audio: true, video: true } });
    await settle();
    const codes = bad.all('error').map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['internal', 'negotiation_failed', 'identity_failed']));
    expect(bad.all('error').some(({ message }) => message.includes('broken'))).toBe(false);
    const bob = await server.join();
    bad.say({ type: 'leave' });
    await settle();
    expect(ann.ended).toBeUndefined();
    expect(ann.all('error')).toEqual([]);
    expect(bob.last('joined').participants).toHaveLength(2);
    expect(ann.last('participant-left').id).toBe(bad.id);
    ann.say({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    await settle();
    expect(ann.last('description').description.type).toBe('answer');
  });

  it('whose socket throws is dropped alone', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bad = await server.join();
    const bob = await server.join();
    bad.failing = true;
    ann.say({ type: 'mute', muted: { audio: true, video: false } });
    await settle();
    expect(bad.ended).toBe('terminated');
    expect(ann.ended).toBeUndefined();
    expect(bob.last('participant-changed').participant.muted.audio).toBe(true);
  });
});

describe('draining', () => {
  it('takes nobody in, tells everybody, and is done when all have left', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    let done = false;
    const drained = server.signaling.drain(60_000).then(() => {
      done = true;
    });
    expect(ann.last('draining').graceMs).toBe(60_000);
    const late = await server.join();
    expect(late.last('error')).toMatchObject({ code: 'server_draining', fatal: true });
    expect(late.ended).toMatchObject({ code: 1013 });
    await server.pass(5000, [ann]);
    expect(done).toBe(false);
    ann.say({ type: 'leave' });
    await server.pass(250);
    await drained;
  });

  it('is told to whoever was being let in when it began', async () => {
    const server = new SimulatedServer();
    const gate = Promise.withResolvers<void>();
    server.media.opening = gate.promise;
    const ann = await server.join();
    void server.signaling.drain(60_000);
    gate.resolve();
    await settle();
    expect(ann.last('joined').you.name).toBe('Somebody');
    expect(ann.last('draining').graceMs).toBe(60_000);
  });

  it('does not wait longer than its grace', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const drained = server.signaling.drain(2000);
    await server.pass(2000, [ann]);
    await drained;
    await server.signaling.close();
    expect(ann.ended).toEqual({ code: 1001, reason: 'going away' });
    expect(server.peerOf(ann).closed).toBe(true);
  });
});

describe('what is logged', () => {
  it('tells neither names nor identities nor descriptions', async () => {
    const server = new SimulatedServer();
    server.media.broken.add('cem');
    const secrets = ['Zenobia', 'ada', 'cem', 'v=bad', 'candidate:77', 'secret-room', 'nobody'];
    const ann = await server.join({ name: 'Zenobia', room: 'secret-room' });
    await server.join({ name: 'Zenobia', room: 'secret-room', identity: 'nobody' });
    const bad = await server.join({ name: 'Zenobia', room: 'secret-room', identity: 'cem' });
    for (const socket of [ann, bad]) {
      socket.say({ type: 'description', description: { type: 'offer', sdp: 'v=bad' } });
      socket.say({ type: 'candidate', candidate: { candidate: 'candidate:77' } });
      socket.say({ type: 'identity', identity: 'cem', request: 'r' });
      await settle();
      server.peerOf(socket).events.failed(new Error("candidate:77 of 'Zenobia'\nv=bad"));
    }
    await server.pass(1000);
    const log = server.logged.join('');
    expect(log.split('\n').length).toBeGreaterThan(5);
    for (const secret of secrets) expect(log, secret).not.toContain(secret);
    expect(log).toContain('"joined"');
  });

  it('is no error that something breaks off because somebody left, which each closed tab brought about', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const peer = server.peerOf(ann);
    const gate = Promise.withResolvers<void>();
    peer.switching = gate.promise;
    ann.say({ type: 'identity', identity: 'bea' });
    await settle();
    ann.say({ type: 'leave' });
    gate.reject(new Error('the session ended'));
    peer.events.failed(new Error('the session ended'));
    await settle();
    expect(server.logged.filter((line) => line.includes('"error"'))).toEqual([]);
  });
});
