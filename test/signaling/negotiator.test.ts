import { describe, expect, it } from 'vitest';
import { type Negotiable, Negotiator } from '../../src/signaling/negotiator.ts';
import type { IceCandidate, SessionDescription } from '../../src/signaling/protocol.ts';
import { seededRandom } from '../pipeline/transmit/network-emulator.ts';

/** Everything that waits in a simulation, let go one by one in an order that the seed decides. */
class Scheduler {
  readonly #random: () => number;
  readonly #queues: (() => void)[][] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A channel keeps its own order: one side's messages, one peer's operations. */
  channel(): (task: () => void) => void {
    const queue: (() => void)[] = [];
    this.#queues.push(queue);
    return (task) => queue.push(task);
  }

  /** @param chance called between any two steps; true where it began something new. */
  async run(chance: (random: number) => boolean = () => false): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      await new Promise(setImmediate);
      if (chance(this.#random())) idle = 0;
      const waiting = this.#queues.filter((queue) => queue.length > 0);
      if (waiting.length === 0) idle += 1;
      else {
        idle = 0;
        waiting[Math.floor(this.#random() * waiting.length)]!.shift()!();
      }
    }
  }
}

/** A peer connection as strict as the W3C's, whose descriptions carry what its side has changed. */
class FakePeer implements Negotiable {
  signalingState = 'stable';
  /** What this side has to tell, and what it was told. */
  changes = 0;
  known = 0;
  refusesAnswers = false;
  readonly candidates: string[] = [];
  readonly #slow: (task: () => void) => void;
  #offered = 0;
  #pending = 0;

  constructor(slow: (task: () => void) => void) {
    this.#slow = slow;
  }

  #later(): Promise<void> {
    return new Promise((resolve) => this.#slow(resolve));
  }

  async setLocalDescription(description?: SessionDescription): Promise<SessionDescription> {
    await this.#later();
    if (description?.type === 'rollback') {
      if (this.signalingState !== 'have-local-offer') throw new Error('nothing to roll back');
      this.signalingState = 'stable';
      return { type: 'rollback' };
    }
    if (this.signalingState === 'have-remote-offer') {
      this.signalingState = 'stable';
      this.known = this.#pending;
      return { type: 'answer', sdp: String(this.#pending) };
    }
    if (this.signalingState !== 'stable') throw new Error(`offer in ${this.signalingState}`);
    this.signalingState = 'have-local-offer';
    this.#offered = this.changes;
    return { type: 'offer', sdp: String(this.changes) };
  }

  async setRemoteDescription({ type, sdp }: SessionDescription): Promise<void> {
    await this.#later();
    if (sdp === 'garbage') throw new Error('does not parse');
    if (type === 'offer') {
      if (this.signalingState !== 'stable') throw new Error(`offered in ${this.signalingState}`);
      this.signalingState = 'have-remote-offer';
      this.#pending = Number(sdp);
    } else if (type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new Error('answered unasked');
      if (this.refusesAnswers) throw new Error('does not fit');
      // The answer is to the offer that is out, not to an older one.
      if (Number(sdp) !== this.#offered) throw new Error('answer to another offer');
      this.signalingState = 'stable';
    } else this.signalingState = 'stable';
  }

  async addIceCandidate({ candidate }: IceCandidate): Promise<void> {
    await this.#later();
    if (candidate === 'of an ignored offer') throw new Error('unknown ufrag');
    this.candidates.push(candidate);
  }
}

function pair(seed: number, waitsForOffer = false) {
  const scheduler = new Scheduler(seed);
  const errors: unknown[] = [];
  let rollbacks = 0;
  const sides = [false, true].map((polite) => {
    const peer = new FakePeer(scheduler.channel());
    const wire = scheduler.channel();
    const side = {
      peer,
      negotiator: undefined as unknown as Negotiator,
      other: undefined as unknown as { negotiator: Negotiator },
    };
    const set = peer.setLocalDescription.bind(peer);
    peer.setLocalDescription = (description) => {
      if (description?.type === 'rollback') rollbacks += 1;
      return set(description);
    };
    side.negotiator = new Negotiator({
      peer,
      polite,
      waitsForOffer: waitsForOffer && !polite,
      send: (description) =>
        wire(() =>
          side.other.negotiator
            .description(description)
            .catch((error: unknown) => errors.push(error)),
        ),
      failed: (reason) => errors.push(reason),
    });
    return side;
  });
  const [server, client] = sides as [(typeof sides)[0], (typeof sides)[0]];
  server.other = client;
  client.other = server;
  return { scheduler, server, client, errors, rollbacks: () => rollbacks };
}

describe('Negotiator', () => {
  it('brings both sides’ changes across under every interleaving, lost races included', async () => {
    let collisions = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const { scheduler, server, client, errors, rollbacks } = pair(seed);
      let left = 12;
      await scheduler.run((random) => {
        if (left === 0 || random > 0.3) return left > 0;
        left -= 1;
        const side = random < 0.15 ? server : client;
        side.peer.changes += 1;
        side.negotiator.negotiationNeeded();
        return true;
      });
      expect(errors).toEqual([]);
      for (const side of [server, client]) {
        expect(side.peer.signalingState).toBe('stable');
        expect(side.negotiator.state.state.name).toBe('stable');
      }
      expect(client.peer.known === server.peer.changes || server.peer.changes === 0).toBe(true);
      expect(server.peer.known === client.peer.changes || client.peer.changes === 0).toBe(true);
      collisions += rollbacks();
    }
    expect(collisions).toBeGreaterThan(30);
  });

  it('lets the client go first where the server waits for it', async () => {
    const { scheduler, server, client, errors, rollbacks } = pair(1, true);
    server.peer.changes = 5;
    server.negotiator.negotiationNeeded();
    client.peer.changes = 3;
    client.negotiator.negotiationNeeded();
    await scheduler.run();
    expect(errors).toEqual([]);
    expect(rollbacks()).toBe(0);
    expect([server.peer.known, client.peer.known]).toEqual([3, 5]);
  });

  it('reports a bad offer to whoever sent it, and goes on', async () => {
    const { scheduler, server, client } = pair(2);
    const refused = expect(
      server.negotiator.description({ type: 'offer', sdp: 'garbage' }),
    ).rejects.toThrow('does not parse');
    await scheduler.run();
    await refused;
    client.peer.changes = 1;
    client.negotiator.negotiationNeeded();
    await scheduler.run();
    expect(server.peer.known).toBe(1);
  });

  it('takes its offer back where the answer does not fit, and can offer again', async () => {
    const { scheduler, server, client, errors } = pair(3);
    server.peer.refusesAnswers = true;
    server.negotiator.negotiationNeeded();
    await scheduler.run();
    expect(errors).toHaveLength(1);
    expect(server.peer.signalingState).toBe('stable');
    server.peer.refusesAnswers = false;
    server.peer.changes = 9;
    server.negotiator.negotiationNeeded();
    await scheduler.run();
    expect(client.peer.known).toBe(9);
  });

  it('swallows the failing candidates of an offer that it ignored, and no others', async () => {
    const { scheduler, server } = pair(4);
    const stray = { candidate: 'of an ignored offer' };
    const refused = expect(server.negotiator.candidate(stray)).rejects.toThrow('ufrag');
    await scheduler.run();
    await refused;
    server.negotiator.negotiationNeeded();
    const ignored = server.negotiator.description({ type: 'offer', sdp: '1' });
    const swallowed = server.negotiator.candidate(stray);
    await scheduler.run();
    await Promise.all([ignored, swallowed]);
    expect(server.peer.candidates).toEqual([]);
  });

  it('refuses a flood instead of queueing it', async () => {
    const { scheduler, server } = pair(5);
    const results = Promise.allSettled(
      Array.from({ length: 100 }, () => server.negotiator.candidate({ candidate: 'x' })),
    );
    await scheduler.run();
    const refused = (await results).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(36);
  });
});
