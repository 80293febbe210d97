import { describe, expect, it } from 'vitest';
import { SimulatedServer, settle } from './simulated-server.ts';

describe('joining', () => {
  it('tells the newcomer who is there, and them who came', async () => {
    const server = new SimulatedServer();
    const ann = await server.join({ name: 'Ann' });
    const bob = await server.join({ name: 'Bob', identity: 'bea' });
    expect(ann.last('joined').participants).toEqual([]);
    expect(bob.last('joined')).toMatchObject({
      version: 1,
      room: 'room',
      you: { name: 'Bob', identity: 'bea', muted: { audio: false, video: false }, synthetic: true },
      participants: [{ id: ann.id, name: 'Ann', identity: 'ada' }],
      iceServers: [{ urls: ['turn:t.example'], username: bob.id }],
      pingIntervalMs: 10_000,
      idleTimeoutMs: 30_000,
    });
    expect(ann.last('participant-joined').participant).toEqual(bob.last('joined').you);
  });

  it('has everybody watch everybody in the room, and themselves', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    const elsewhere = await server.join({ room: 'other' });
    expect([...server.peerOf(ann).watched]).toEqual([ann.id, bob.id]);
    expect([...server.peerOf(bob).watched]).toEqual([bob.id, ann.id]);
    expect([...server.peerOf(elsewhere).watched]).toEqual([elsewhere.id]);
  });

  it('opens media with what was asked for, or the server’s defaults', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join({ motion: 'absolute', smoothing: 1 });
    expect(server.peerOf(ann).join).toMatchObject({ motion: 'relative', smoothing: 0.5 });
    expect(server.peerOf(bob).join).toMatchObject({ motion: 'absolute', smoothing: 1 });
  });

  it.each([
    [{ identity: 'nobody' }, 'unknown_identity', 1008],
    [{ room: 'cellar' }, 'unknown_room', 1008],
    [{ version: 3 }, 'wrong_version', 1008],
    [{ identity: 'unopenable' }, 'server_full', 1013],
  ])('is refused with %j', async (fields, code, close) => {
    const limits = { rooms: ['room'], maxRooms: 10, maxRoomParticipants: 2, maxSessions: 10 };
    const server = new SimulatedServer({ limits });
    server.identities.add('unopenable', true);
    const socket = await server.join(fields);
    expect(socket.received).toEqual([
      { type: 'error', code, message: expect.stringMatching(/\.$/), fatal: true },
    ]);
    expect(socket.ended).toEqual({ code: close, reason: code });
    expect(server.signaling.counts).toMatchObject({ participants: 0, connections: 0 });
    expect(server.refusals).toEqual([code]);
  });

  it('is refused in a full room, until somebody leaves', async () => {
    const limits = { rooms: [], maxRooms: 10, maxRoomParticipants: 1, maxSessions: 10 };
    const server = new SimulatedServer({ limits });
    const ann = await server.join();
    expect((await server.join()).last('error').code).toBe('room_full');
    ann.say({ type: 'leave' });
    expect((await server.join()).all('joined')).toHaveLength(1);
  });

  it('holds its place while media opens, unseen', async () => {
    const limits = { rooms: [], maxRooms: 10, maxRoomParticipants: 2, maxSessions: 10 };
    const server = new SimulatedServer({ limits });
    const ann = await server.join();
    const gate = Promise.withResolvers<void>();
    server.media.opening = gate.promise;
    const bob = await server.join();
    expect((await server.join()).last('error').code).toBe('room_full');
    expect(ann.all('participant-joined')).toEqual([]);
    gate.resolve();
    await settle();
    expect(ann.last('participant-joined').participant.id).toBe(bob.id);
  });

  it('leaves nothing behind when the client goes away while media opens', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const gate = Promise.withResolvers<void>();
    server.media.opening = gate.promise;
    const bob = await server.join();
    bob.events?.closed(1006);
    gate.resolve();
    await settle();
    expect(server.media.peers.at(-1)?.closed).toBe(true);
    expect(ann.all('participant-joined')).toEqual([]);
    expect(server.signaling.counts).toMatchObject({ participants: 1, connections: 1 });
  });

  it('puts joined before anything that the media says', async () => {
    const server = new SimulatedServer();
    const open = server.media.open.bind(server.media);
    server.media.open = async (join, events) => {
      events.description({ type: 'offer', sdp: 'v=0 early' }, []);
      return open(join, events);
    };
    const ann = await server.join();
    expect(ann.received.map(({ type }) => type)).toEqual(['joined', 'tracks', 'description']);
  });
});

describe('a call', () => {
  it('carries descriptions and candidates both ways, tracks first', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    ann.say({ type: 'candidate', candidate: { candidate: 'candidate:1' } });
    ann.say({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    await settle();
    expect(server.peerOf(ann).calls.slice(-2)).toEqual([
      'candidate candidate:1',
      'description offer',
    ]);
    expect(ann.received.slice(1)).toEqual([
      { type: 'tracks', tracks: [{ mid: '0', participant: ann.id, kind: 'video' }] },
      { type: 'description', description: { type: 'answer', sdp: 'v=0 answer' } },
      { type: 'candidate', candidate: { candidate: '' } },
    ]);
  });

  it('goes on after a description that cannot be used', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    ann.say({ type: 'description', description: { type: 'offer', sdp: 'v=bad' } });
    await settle();
    expect(ann.last('error')).toMatchObject({ code: 'invalid_description', fatal: false });
    ann.say({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    await settle();
    expect(ann.last('description').description.type).toBe('answer');
  });

  it('switches identities, answering each request, and tells the others', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    const gate = Promise.withResolvers<void>();
    server.peerOf(ann).switching = gate.promise;
    ann.say({ type: 'identity', identity: 'bea', request: 'r-1' });
    ann.say({ type: 'identity', identity: 'cem', request: 'r-2' });
    await settle();
    expect(ann.all('identity-changed')).toEqual([]);
    expect(bob.all('participant-changed')).toEqual([]);
    gate.resolve();
    await settle();
    expect(ann.all('identity-changed')).toEqual([
      { type: 'identity-changed', identity: 'bea', request: 'r-1' },
      { type: 'identity-changed', identity: 'cem', request: 'r-2' },
    ]);
    expect(bob.last('participant-changed').participant).toMatchObject({
      id: ann.id,
      identity: 'cem',
    });
  });

  it('refuses more switches than can wait, by their requests', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    server.peerOf(ann).switching = new Promise(() => undefined);
    for (let index = 0; index < 9; index += 1) {
      ann.say({ type: 'identity', identity: 'bea', request: `r-${index}` });
    }
    await settle();
    expect(ann.all('error')).toMatchObject([{ code: 'identity_failed', request: 'r-8' }]);
  });

  it('does not let a slow switch hold up negotiation', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    server.peerOf(ann).switching = new Promise(() => undefined);
    ann.say({ type: 'identity', identity: 'bea' });
    ann.say({ type: 'description', description: { type: 'offer', sdp: 'v=0' } });
    await settle();
    expect(ann.all('description')).toHaveLength(1);
  });

  it('passes mute and motion on, and shows mute to the others', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    ann.say({ type: 'mute', muted: { audio: true, video: false } });
    ann.say({ type: 'motion', smoothing: 0.2, recalibrate: true });
    expect(server.peerOf(ann).calls.slice(-2)).toEqual([
      'muted true false',
      'motion {"smoothing":0.2,"recalibrate":true}',
    ]);
    expect(bob.last('participant-changed').participant.muted).toEqual({
      audio: true,
      video: false,
    });
    expect((await server.join()).last('joined').participants[0]?.muted.audio).toBe(true);
  });

  it('pushes avatar states at once and statistics about once a second, the newest', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const { events } = server.peerOf(ann);
    events.avatar('live');
    expect(ann.last('avatar').state).toBe('live');
    const stats = { at: 0, avatar: 'live', engine: 'warp' } as Parameters<typeof events.stats>[0];
    for (let at = 100; at <= 3000; at += 100) {
      events.stats({ ...stats, at });
      await server.pass(100, [ann]);
    }
    expect(ann.all('stats').map((message) => message.stats.at)).toEqual([100, 900, 1800, 2700]);
  });

  it('ends a session whose media connection is lost', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    server.peerOf(ann).events.failed(new Error('ICE failed'));
    await settle();
    expect(ann.last('error')).toMatchObject({ code: 'negotiation_failed', fatal: true });
    expect(ann.ended).toMatchObject({ code: 1011 });
    expect(bob.last('participant-left').id).toBe(ann.id);
    expect(server.peerOf(ann).closed).toBe(true);
  });

  it('says nothing any more for media that was closed', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const peer = server.peerOf(ann);
    ann.say({ type: 'leave' });
    const before = ann.received.length;
    peer.events.candidate({ candidate: 'late' });
    peer.events.avatar('idle');
    peer.events.failed('late');
    await server.pass(2000);
    expect(ann.received).toHaveLength(before);
  });
});
