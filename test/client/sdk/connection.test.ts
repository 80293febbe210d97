import { describe, expect, it } from 'vitest';
import {
  advance,
  type Connection,
  type ConnectionEffect,
  type ConnectionInput,
  connect,
  nextDeadline,
} from '../../../src/client/sdk/connection.ts';

const GIVE_UP_AFTER = 60_000;

/** A connection in simulated time, and everything that it had done. */
class Simulation {
  now = 1000;
  readonly effects: string[] = [];
  readonly ends: Extract<ConnectionEffect, { do: 'end' }>[] = [];
  readonly outages: number[] = [];
  state: Connection;

  constructor() {
    const first = connect(this.now);
    this.state = first.state;
    this.#note(first.effects);
  }

  feed(input: ConnectionInput): this {
    const step = advance(this.state, input, this.now, 0.5, GIVE_UP_AFTER);
    this.state = step.state;
    this.#note(step.effects);
    return this;
  }

  /** Lets time pass, with a tick at every deadline on the way. */
  wait(milliseconds: number): this {
    const until = this.now + milliseconds;
    for (let due = nextDeadline(this.state); due !== null && due <= until; ) {
      this.now = Math.max(this.now, due);
      this.feed({ type: 'tick' });
      due = nextDeadline(this.state);
    }
    this.now = until;
    return this;
  }

  join(): this {
    return this.feed({ type: 'joined' }).feed({ type: 'media', state: 'connected' });
  }

  /** What was done since the last call. */
  done(): string[] {
    return this.effects.splice(0);
  }

  #note(effects: readonly ConnectionEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect.do);
      if (effect.do === 'end') this.ends.push(effect);
      if (effect.do === 'announce-reconnected') this.outages.push(effect.outage);
    }
  }
}

describe('the first attempt', () => {
  it('opens the socket, starts media once joined, and announces nothing', () => {
    const call = new Simulation().join();
    expect(call.done()).toEqual(['open-socket', 'start-media']);
    expect(nextDeadline(call.state)).toBeNull();
  });

  it('ends as unreachable when the socket closes before it joined', () => {
    const call = new Simulation().feed({ type: 'socket-closed' });
    expect(call.ends[0]?.reason).toEqual({ code: 'unreachable' });
  });

  it('ends as unreachable when the server never answers', () => {
    const call = new Simulation().wait(10_000);
    expect(call.ends[0]?.reason).toEqual({ code: 'unreachable' });
  });

  it('ends with the server’s refusal, even one that may pass', () => {
    const call = new Simulation().feed({ type: 'refused', refusal: 'room_full', message: 'Full.' });
    expect(call.ends[0]?.reason).toEqual({
      code: 'refused',
      refusal: 'room_full',
      message: 'Full.',
    });
  });

  it('waits in line for as long as the server says that it still stands in it', () => {
    const call = new Simulation().wait(9_000);
    for (let told = 0; told < 20; told++) call.feed({ type: 'queued' }).wait(5_000);
    expect(call.ends).toEqual([]);
    call.join();
    expect(call.done()).toEqual(['open-socket', 'start-media']);
  });

  it('ends as unreachable when nothing is heard of the line any more', () => {
    const call = new Simulation().feed({ type: 'queued' }).wait(15_000);
    expect(call.ends[0]?.reason).toEqual({ code: 'unreachable' });
  });

  it('ends as media_failed when no media gets through', () => {
    const call = new Simulation().feed({ type: 'joined' }).wait(15_000);
    expect(call.ends[0]?.reason).toEqual({ code: 'media_failed' });
  });
});

describe('a first attempt that had joined', () => {
  it('still ends for good when the socket closes or the media is refused before it connected', () => {
    const closed = new Simulation().feed({ type: 'joined' }).feed({ type: 'socket-closed' });
    expect(closed.ends[0]?.reason).toEqual({ code: 'unreachable' });
    const refused = new Simulation().feed({ type: 'joined' });
    refused.feed({ type: 'refused', refusal: 'negotiation_failed', message: 'No.' });
    expect(refused.ends[0]?.reason).toMatchObject({ code: 'refused' });
  });
});

describe('a network drop', () => {
  it('is waited out when it mends itself at once', () => {
    const call = new Simulation().join();
    call.done();
    call.feed({ type: 'media', state: 'disconnected' }).wait(1_900);
    call.feed({ type: 'media', state: 'connected' });
    expect(call.done()).toEqual([]);
  });

  it('brings an ICE restart after two seconds, and says so before and after', () => {
    const call = new Simulation().join();
    call.done();
    call.feed({ type: 'media', state: 'disconnected' }).wait(2_000);
    expect(call.done()).toEqual(['announce-reconnecting', 'restart-ice']);
    call.wait(700).feed({ type: 'media', state: 'connected' });
    expect(call.done()).toEqual(['announce-reconnected']);
    expect(call.outages).toEqual([700]);
  });

  it('brings an ICE restart at once when media failed outright', () => {
    const call = new Simulation().join();
    call.done();
    call.feed({ type: 'media', state: 'failed' });
    expect(call.done()).toEqual(['announce-reconnecting', 'restart-ice']);
  });

  it('brings a new socket when the ICE restart leads nowhere', () => {
    const call = new Simulation().join();
    call.feed({ type: 'media', state: 'failed' });
    call.done();
    call.wait(6_000);
    expect(call.done()).toEqual(['close-socket']);
    call.wait(500);
    expect(call.done()).toEqual(['open-socket']);
  });
});

describe('a lost socket', () => {
  it('is reopened, with pauses that double up to eight seconds', () => {
    const call = new Simulation().join();
    const opened: number[] = [];
    call.feed({ type: 'socket-closed' });
    for (let attempt = 0; attempt < 7; attempt++) {
      const before = call.now;
      call.wait((nextDeadline(call.state) ?? before) - before);
      opened.push(call.now - before);
      expect(call.done()).toContain('open-socket');
      call.feed({ type: 'socket-closed' });
    }
    expect(opened).toEqual([375, 750, 1500, 3000, 6000, 6000, 6000]);
  });

  it('is announced once, and its end with the whole outage', () => {
    const call = new Simulation().join();
    call.done();
    call.feed({ type: 'socket-closed' }).wait(375).feed({ type: 'socket-closed' }).wait(750);
    call.join();
    const done = call.done();
    expect(done.filter((effect) => effect === 'announce-reconnecting')).toHaveLength(1);
    expect(done.at(-1)).toBe('announce-reconnected');
    expect(call.outages).toEqual([1125]);
  });

  it('is tried again at once when the browser is back online', () => {
    const call = new Simulation().join();
    call.feed({ type: 'socket-closed' });
    call.done();
    call.feed({ type: 'online' });
    expect(call.done()).toEqual(['open-socket']);
  });

  it('is tried again while the server is full, and given up on an identity that is gone', () => {
    const call = new Simulation().join();
    call.feed({ type: 'socket-closed' }).wait(375);
    call.feed({ type: 'refused', refusal: 'server_full', message: 'Full.' });
    expect(call.state.phase).toBe('waiting');
    call.wait(750).feed({ type: 'refused', refusal: 'identity_deleted', message: 'Gone.' });
    expect(call.ends[0]?.reason).toMatchObject({ code: 'refused', refusal: 'identity_deleted' });
  });

  it('is given up once the outage has lasted too long', () => {
    const call = new Simulation().join();
    call.feed({ type: 'socket-closed' });
    for (let attempt = 0; attempt < 20 && call.state.phase !== 'closed'; attempt++) {
      call.wait(8_000).feed({ type: 'socket-closed' });
    }
    expect(call.ends[0]?.reason).toEqual({ code: 'connection_lost' });
    expect(call.now).toBeGreaterThanOrEqual(1000 + GIVE_UP_AFTER);
  });

  it('starts with short pauses again after media had come back', () => {
    const call = new Simulation().join();
    call.feed({ type: 'socket-closed' }).wait(375).feed({ type: 'socket-closed' }).wait(750).join();
    call.feed({ type: 'socket-closed' });
    expect((nextDeadline(call.state) ?? 0) - call.now).toBe(375);
  });
});

describe('leaving', () => {
  it('ends a call in any phase, and nothing is done after it', () => {
    for (const call of [
      new Simulation(),
      new Simulation().join(),
      new Simulation().join().feed({ type: 'socket-closed' }),
    ]) {
      call.feed({ type: 'leave' });
      expect(call.ends[0]?.reason).toEqual({ code: 'left' });
      call.done();
      call.feed({ type: 'socket-closed' }).feed({ type: 'online' }).wait(60_000);
      expect(call.done()).toEqual([]);
    }
  });
});
