import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/signaling/admission.ts';
import { SimulatedServer, settle } from './simulated-server.ts';

const FULL = {
  fits: false,
  reason: 'workers-full',
  estimate: { sessions: 1, capacity: 1, frameMs: 40, budgetMs: 33 },
} as const;

let reserved: Set<string>;
let room: number;
let admission: Admission;

beforeEach(() => {
  reserved = new Set();
  room = 1;
  admission = {
    reserve: (participant) => {
      if (reserved.size >= room) return FULL;
      reserved.add(participant);
      return { fits: true };
    },
    release: (participant) => void reserved.delete(participant),
  };
});

const create = (length: number) =>
  new SimulatedServer({ line: { admission, length, patience: 60_000 } });

describe('a server that has no time for one more', () => {
  it('refuses before any media is set up, and says how full it is', async () => {
    const server = create(0);
    await server.join();
    const second = await server.join();
    expect(second.last('error')).toMatchObject({
      code: 'over_capacity',
      fatal: true,
      estimate: { sessions: 1, capacity: 1, frameMs: 40, budgetMs: 33, waitMs: null },
    });
    expect(second.ended).toEqual({ code: 1013, reason: 'over_capacity' });
    expect(server.media.peers.length).toBe(1);
    expect(server.signaling.counts).toMatchObject({ participants: 1, joined: 1 });
  });

  it('keeps who may wait in line, unseen by the others, and lets them in when there is time', async () => {
    const server = create(4);
    const first = await server.join();
    const second = await server.join();
    expect(second.last('queued')).toMatchObject({ place: 1, pingIntervalMs: 10_000 });
    expect(server.signaling.counts).toMatchObject({ joined: 1, waiting: 1 });
    expect(server.media.peers.length).toBe(1);
    room = 2;
    await server.pass(500, [first, second]);
    expect(second.last('joined').participants.length).toBe(1);
    expect(first.all('participant-joined').length).toBe(1);
    expect(server.signaling.counts).toMatchObject({ joined: 2, waiting: 0 });
  });

  it('gives the place in line up when the connection goes', async () => {
    const server = create(4);
    const first = await server.join();
    const second = await server.join();
    second.say({ type: 'leave' });
    await server.pass(500, [first]);
    expect(server.signaling.counts).toMatchObject({ participants: 1, waiting: 0 });
  });

  it('lets somebody who comes back with a token in without asking', async () => {
    const server = create(0);
    const first = await server.join();
    const { resume } = first.last('joined');
    first.events?.closed(1006);
    const again = await server.join({ resume });
    expect(again.all('joined').length).toBe(1);
  });

  it('gives the kept place back when the media cannot be opened', async () => {
    const server = create(0);
    server.identities.add('unopenable', true);
    const failed = await server.join({ identity: 'unopenable' });
    await settle();
    expect(failed.last('error')).toMatchObject({ code: 'server_full', fatal: true });
    expect(reserved.size).toBe(0);
  });

  it('sends those who wait away when it drains', async () => {
    const server = create(4);
    await server.join();
    const second = await server.join();
    void server.signaling.drain(1_000);
    await settle();
    expect(second.last('error')).toMatchObject({ code: 'server_draining' });
  });
});
