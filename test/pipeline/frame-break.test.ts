import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { frameBreak } from '../../src/pipeline/frame-break.io.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Whether a break has begun, as simulated time goes on. */
function breakOf(turns: FrameTurns, load: number) {
  let begun = false;
  void frameBreak(turns, load).then(() => {
    begun = true;
  });
  return async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    return begun;
  };
}

describe('a break between frames', () => {
  it('is at once where nobody draws', async () => {
    expect(await breakOf(new FrameTurns(), 0)(1)).toBe(true);
  });

  it('begins when the frame has ended that is under way, not in it', async () => {
    const turns = new FrameTurns();
    const frame = await turns.take(33);
    const begunAfter = breakOf(turns, 0.6);
    expect(await begunAfter(20)).toBe(false);
    frame.end();
    expect(await begunAfter(1)).toBe(true);
  });

  it('waits for the next frame where none is under way: it may come in a moment', async () => {
    const turns = new FrameTurns();
    const begunAfter = breakOf(turns, 0.6);
    expect(await begunAfter(10)).toBe(false);
    const frame = await turns.take(33);
    expect(await begunAfter(20)).toBe(false);
    frame.end();
    expect(await begunAfter(1)).toBe(true);
  });

  it('is not waited for longer than a frame takes where frames come one upon another', async () => {
    const turns = new FrameTurns();
    await turns.take(33);
    const begunAfter = breakOf(turns, 1);
    expect(await begunAfter(45)).toBe(false);
    expect(await begunAfter(10)).toBe(true);
  });
});
