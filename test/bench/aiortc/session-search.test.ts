import { describe, expect, it } from 'vitest';
import {
  MOST_STEPS,
  mostHeld,
  nextSessions,
  type SearchStep,
} from '../../../bench/aiortc/session-search.ts';

/** What a session takes where so many fill a core. */
const share = (carries: number) => 1 / Math.max(1, carries);

/** Searches on a machine that carries so many. */
function search(carries: number, guess: number, most = 24): { tried: number[]; found: number } {
  const steps: SearchStep[] = [];
  for (;;) {
    const sessions = nextSessions(steps, { guess, most });
    if (sessions === undefined) break;
    steps.push({ sessions, held: sessions <= carries, cores: sessions * share(carries) });
  }
  return { tried: steps.map(({ sessions }) => sessions), found: mostHeld(steps) };
}

describe('the search for the most sessions', () => {
  it('finds it from below, from above and from right there', () => {
    expect(search(6, 4).found).toBe(6);
    expect(search(6, 9).found).toBe(6);
    expect(search(6, 6)).toEqual({ tried: [6, 7], found: 6 });
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
      { sessions: 6, held: false, cores: 1 },
      { sessions: 4, held: true, cores: 0.7 },
      { sessions: 5, held: true, cores: 0.8 },
    ];
    expect(nextSessions(moody, { guess: 6, most: 24 })).toBe(undefined);
    expect(search(1_000, 1, 10_000).tried.length).toBe(MOST_STEPS);
  });

  it('ends where it is known to one in ten', () => {
    expect(search(34, 36, 48)).toEqual({ tried: [36, 28, 32, 34], found: 34 });
  });

  it('goes on by what those that were carried took, and at most twice as far', () => {
    const held = (sessions: number, cores: number) => [{ sessions, held: true, cores }];
    const goOn = (steps: SearchStep[]) => nextSessions(steps, { guess: 1, most: 48 });
    expect(goOn(held(10, 0.5))).toBe(19);
    expect(goOn(held(10, 0.1))).toBe(20);
    expect(goOn(held(10, 0.99))).toBe(12);
  });
});
