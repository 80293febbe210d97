import { describe, expect, it } from 'vitest';
import { SimulatedServer } from './simulated-server.ts';

describe('resuming', () => {
  it('finds the place held, as the same participant, with new media', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    ann.say({ type: 'mute', muted: { audio: true, video: false } });
    ann.events?.closed(1006);
    await server.pass(9000, [bob]);
    expect(bob.all('participant-left')).toEqual([]);
    const { resume } = ann.last('joined');
    const back = await server.join({ resume, identity: 'bea' });
    expect(back.id).toBe(ann.id);
    expect(back.last('joined')).toMatchObject({
      you: { identity: 'bea', muted: { audio: true, video: false } },
      participants: [{ id: bob.id }],
    });
    expect(back.last('joined').resume).not.toBe(resume);
    expect(bob.last('participant-changed').participant.identity).toBe('bea');
    expect(bob.all('participant-joined')).toEqual([]);
    const [first, , second] = server.media.peers;
    expect(first?.closed).toBe(true);
    expect(second?.calls).toEqual(['muted true false']);
    expect([...(second?.watched ?? [])]).toEqual([ann.id, bob.id]);
    expect([...server.peerOf(bob).watched]).toEqual([bob.id, ann.id]);
  });

  it('takes the place from a connection that is still open, and ends that one', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const back = await server.join({ resume: ann.last('joined').resume });
    expect(back.id).toBe(ann.id);
    expect(ann.last('error')).toMatchObject({ code: 'replaced', fatal: true });
    expect(ann.ended).toEqual({ code: 4001, reason: 'replaced' });
    await server.pass(60_000, [back]);
    expect(server.signaling.counts).toMatchObject({ participants: 1, connections: 1, held: 0 });
    expect(back.ended).toBeUndefined();
  });

  it('works once for each token', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const { resume } = ann.last('joined');
    const back = await server.join({ resume });
    const thief = await server.join({ resume });
    expect(thief.id).not.toBe(ann.id);
    expect(back.ended).toBeUndefined();
  });

  it('is a new arrival when the place is gone, or for another room', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    const bob = await server.join();
    ann.events?.closed(1006);
    await server.pass(10_000, [bob]);
    expect(bob.last('participant-left').id).toBe(ann.id);
    const late = await server.join({ resume: ann.last('joined').resume });
    expect(late.id).not.toBe(ann.id);
    const moved = await server.join({ resume: bob.last('joined').resume, room: 'other' });
    expect(moved.id).not.toBe(bob.id);
    expect(bob.ended).toBeUndefined();
  });

  it('gives the place up when media does not open again', async () => {
    const server = new SimulatedServer();
    server.identities.add('unopenable', true);
    const ann = await server.join();
    const bob = await server.join();
    const { resume } = ann.last('joined');
    const back = await server.join({ resume, identity: 'unopenable' });
    expect(back.last('error').code).toBe('server_full');
    expect(bob.last('participant-left').id).toBe(ann.id);
    expect(server.signaling.counts.participants).toBe(1);
  });
});

describe('resuming from media that hangs', () => {
  it('does not wait for its end', async () => {
    const server = new SimulatedServer();
    const ann = await server.join();
    server.peerOf(ann).close = () => new Promise(() => undefined);
    const back = await server.join({ resume: ann.last('joined').resume });
    expect(back.id).toBe(ann.id);
  });
});
