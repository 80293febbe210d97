import { describe, expect, it } from 'vitest';
import {
  MOST_STEPS,
  mostHeld,
  nextSessions,
  type SearchStep,
} from '../../../bench/aiortc/session-search.ts';

/** Searches on a machine that carries so many. */
function search(carries: number, guess: number, most = 24): { tried: number[]; found: number } {
  const steps: SearchStep[] = [];
  for (;;) {
    const sessions = nextSessions(steps, { guess, most });
    if (sessions === undefined) break;
    steps.push({ sessions, held: sessions <= carries });
  }
  return { tried: steps.map(({ sessions }) => sessions), found: mostHeld(steps) };
}

describe('the search for the most sessions', () => {
  it('finds it from below, from above and from right there', () => {
    expect(search(6, 4).found).toBe(6);
    expect(search(6, 9).found).toBe(6);
    expect(search(6, 6)).toEqual({ tried: [6, 8, 7], found: 6 });
  });

  it('finds none where not even one is carried, and never more than it may try', () => {
    expect(search(0, 3)).toEqual({ tried: [3, 2, 1], found: 0 });
    expect(search(100, 20, 24)).toEqual({ tried: [20, 24], found: 24 });
    expect(search(100, 500, 24)).toEqual({ tried: [24], found: 24 });
  });

  it('begins with a whole session however small the guess', () => {
    expect(nextSessions([], { guess: 0.2, most: 24 })).toBe(1);
  });

  it('ends where a machine contradicts itself', () => {
    const moody = [
      { sessions: 6, held: false },
      { sessions: 4, held: true },
      { sessions: 5, held: true },
    ];
    expect(nextSessions(moody, { guess: 6, most: 24 })).toBe(undefined);
    expect(search(1_000, 1, 10_000).tried.length).toBe(MOST_STEPS);
  });
});
