import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  MAX_BUFFERED_BYTES,
  openConnection,
  stepConnection,
} from '../../src/signaling/connection.ts';
import { MAX_MESSAGE_BYTES } from '../../src/signaling/protocol.ts';
import { Refusal } from '../../src/signaling/refusal.ts';

const LIMITS: ConnectionLimits = {
  idleTimeout: 30_000,
  pingInterval: 10_000,
  messages: { burst: 20, perSecond: 10 },
  candidates: { burst: 5, perSecond: 5 / 60 },
};
const JOIN = { type: 'join', version: 1, room: 'r', name: 'Ann', identity: 'ada' };
const CANDIDATE = { type: 'candidate', candidate: { candidate: 'candidate:1' } };

/** One connection driven by hand: the state, and what the last input brought about. */
class Driven {
  state: Connection = openConnection(LIMITS, 0);
  effects: readonly ConnectionEffect[] = [];

  feed(input: ConnectionInput, now = 0): this {
    [this.state, this.effects] = stepConnection(this.state, input, now, LIMITS);
    return this;
  }

  say(message: object, now = 0): this {
    return this.feed({ type: 'text', text: JSON.stringify(message) }, now);
  }

  join(now = 0): this {
    return this.say(JOIN, now).feed({ type: 'admitted', participant: 'p' }, now);
  }

  /** Code, finality and closing code of the refusal in the last effects. */
  get refused(): [string, boolean, number | undefined] {
    const refusal = this.effects.find((effect) => effect.type === 'refuse');
    const close = this.effects.find((effect) => effect.type === 'close');
    if (refusal?.type !== 'refuse') throw new Error('nothing was refused');
    return [refusal.refusal.code, refusal.fatal, close?.type === 'close' ? close.code : undefined];
  }
}

describe('a signaling connection', () => {
  it('goes from connected over joining to joined and left', () => {
    const driven = new Driven();
    expect(driven.state.phase).toBe('connected');
    expect(driven.say(JOIN).state.phase).toBe('joining');
    expect(driven.effects).toMatchObject([{ type: 'join', message: { room: 'r' } }]);
    driven.feed({ type: 'admitted', participant: 'p' });
    expect(driven.state).toMatchObject({ phase: 'joined', participant: 'p' });
    driven.say({ type: 'leave' });
    expect(driven.state.phase).toBe('left');
    expect(driven.effects).toEqual([{ type: 'close', code: 1000, reason: 'left' }]);
  });

  it('delivers what a participant says', () => {
    const mute = { type: 'mute', muted: { audio: true, video: false } };
    expect(new Driven().join().say(mute).effects).toEqual([
      { type: 'deliver', participant: 'p', message: mute },
    ]);
  });

  it('answers a ping in every phase', () => {
    const ping = { type: 'ping', at: 7 };
    for (const driven of [new Driven(), new Driven().say(JOIN), new Driven().join()]) {
      expect(driven.say(ping).effects).toEqual([{ type: 'pong', at: 7 }]);
    }
  });

  it('ends on any refusal before it has joined', () => {
    expect(new Driven().feed({ type: 'text', text: '{' }).refused).toEqual([
      'malformed_json',
      true,
      1008,
    ]);
    expect(new Driven().say({ type: 'hello' }).refused[0]).toBe('invalid_message');
    expect(new Driven().say(CANDIDATE).refused).toEqual(['not_joined', true, 1008]);
    const full = new Refusal('server_full', 'Full.');
    const refused = new Driven().say(JOIN).feed({ type: 'refused', refusal: full });
    expect(refused.refused).toEqual(['server_full', true, 1013]);
    expect(refused.state.phase).toBe('left');
  });

  it('lives through a bad message once it has joined', () => {
    const driven = new Driven().join();
    expect(driven.feed({ type: 'text', text: '{' }).refused).toEqual([
      'malformed_json',
      false,
      undefined,
    ]);
    expect(driven.say({ type: 'hello' }).refused[1]).toBe(false);
    expect(driven.say(JOIN).refused).toEqual(['already_joined', false, undefined]);
    expect(driven.state.phase).toBe('joined');
  });

  it('ends on a wrong version, a binary frame and an oversize message', () => {
    expect(new Driven().say({ ...JOIN, version: 9 }).refused).toEqual([
      'wrong_version',
      true,
      1008,
    ]);
    expect(new Driven().join().feed({ type: 'binary' }).refused).toEqual([
      'binary_message',
      true,
      1003,
    ]);
    // Two bytes a character: the limit counts bytes.
    const text = `"${'é'.repeat(MAX_MESSAGE_BYTES / 2)}"`;
    expect(new Driven().join().feed({ type: 'text', text }).refused).toEqual([
      'message_too_large',
      true,
      1009,
    ]);
  });

  it('ends on a flood of messages, and not on as many spread out', () => {
    const ping = { type: 'ping', at: 0 };
    const spread = new Driven().join();
    for (let index = 0; index < 100; index += 1) spread.say(ping, index * 100);
    expect(spread.state.phase).toBe('joined');
    const flood = new Driven().join();
    for (let index = 0; index < 20; index += 1) flood.say(ping);
    expect(flood.refused).toEqual(['message_flood', true, 1008]);
  });

  it('ends on a flood of candidates, and not on an ICE restart a minute later', () => {
    const driven = new Driven().join();
    for (let index = 0; index < 5; index += 1) driven.say(CANDIDATE);
    expect(driven.effects[0]?.type).toBe('deliver');
    for (let index = 0; index < 5; index += 1) driven.say(CANDIDATE, 60_000);
    expect(driven.effects[0]?.type).toBe('deliver');
    expect(driven.say(CANDIDATE, 60_000).refused).toEqual(['candidate_flood', true, 1008]);
  });

  it('times out when nothing is heard, however well the line answers', () => {
    const driven = new Driven().join();
    for (let now = 0; now < 30_000; now += 250) {
      driven.feed({ type: 'tick', bufferedBytes: 0 }, now).feed({ type: 'pong' }, now);
    }
    expect(driven.state.phase).toBe('joined');
    driven.feed({ type: 'tick', bufferedBytes: 0 }, 30_000);
    expect(driven.refused).toEqual(['idle_timeout', true, 1008]);
  });

  it('lives as long as it is heard', () => {
    const driven = new Driven().join();
    for (let now = 0; now < 300_000; now += 5000) {
      driven.say({ type: 'ping', at: now }, now).feed({ type: 'pong' }, now);
      driven.feed({ type: 'tick', bufferedBytes: 0 }, now);
    }
    expect(driven.state.phase).toBe('joined');
  });

  it('times out when it pings but never joins', () => {
    const driven = new Driven();
    driven.say({ type: 'ping', at: 0 }, 29_000).feed({ type: 'tick', bufferedBytes: 0 }, 29_999);
    expect(driven.state.phase).toBe('connected');
    driven.feed({ type: 'tick', bufferedBytes: 0 }, 30_000);
    expect(driven.refused[0]).toBe('idle_timeout');
  });

  it('is dropped when a ping finds nobody at the other end', () => {
    const driven = new Driven().join();
    driven.feed({ type: 'tick', bufferedBytes: 0 }, 10_000);
    expect(driven.effects).toEqual([{ type: 'ping' }]);
    driven.feed({ type: 'tick', bufferedBytes: 0 }, 19_999);
    expect(driven.effects).toEqual([]);
    driven.feed({ type: 'tick', bufferedBytes: 0 }, 20_000);
    expect(driven.effects).toEqual([{ type: 'terminate', reason: 'dead_line' }]);
  });

  it('is dropped when the client does not read', () => {
    const driven = new Driven().join();
    driven.feed({ type: 'tick', bufferedBytes: MAX_BUFFERED_BYTES });
    expect(driven.state.phase).toBe('joined');
    driven.feed({ type: 'tick', bufferedBytes: MAX_BUFFERED_BYTES + 1 });
    expect(driven.effects).toEqual([{ type: 'terminate', reason: 'slow_reader' }]);
  });

  it('does nothing any more once it has left', () => {
    const driven = new Driven().join().feed({ type: 'closed', code: 1006 });
    driven.say({ type: 'ping', at: 0 });
    expect(driven.effects).toEqual([]);
    expect(driven.state).toEqual({ phase: 'left' });
  });
});
