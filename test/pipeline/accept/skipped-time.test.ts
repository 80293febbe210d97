import { describe, expect, it } from 'vitest';
import { SkippedTime } from '../../../src/pipeline/accept/skipped-time.ts';

const PACKET = 20;

/** Packets of so long, each as old as `age` says when it arrives; what is made of their ages. */
function ages(skipped: SkippedTime, from: number, to: number, age: (now: number) => number) {
  const corrected: number[] = [];
  for (let now = from; now < to; now += PACKET)
    corrected.push(now - skipped.correct(now - age(now), now, 0));
  return corrected;
}

describe('SkippedTime', () => {
  it('leaves alone what arrives as usual, hiccups included', () => {
    const skipped = new SkippedTime();
    const hiccup = (now: number) => (now % 400 < 100 ? 300 - (now % 400) : 30);
    expect(ages(skipped, 0, 5000, hiccup)).toEqual(
      Array.from({ length: 250 }, (_, i) => hiccup(i * PACKET)),
    );
  });

  it('takes out what was skipped at a stroke within half a second', () => {
    const skipped = new SkippedTime();
    ages(skipped, 0, 2000, () => 30);
    const after = ages(skipped, 2000, 6000, () => 1230);
    expect(after.slice(60)).toEqual(after.slice(60).map(() => 30));
  });

  it('does not call skipped what the path took longer for', () => {
    const skipped = new SkippedTime();
    ages(skipped, 0, 2000, () => 30);
    for (let now = 2000; now < 5000; now += PACKET)
      expect(skipped.correct(now - 430, now, 400)).toBe(now - 430);
  });

  it('takes back a skip that proves to have been a delay', () => {
    const skipped = new SkippedTime();
    ages(skipped, 0, 2000, () => 30);
    ages(skipped, 2000, 4000, () => 800);
    const after = ages(skipped, 4000, 6000, () => 30);
    // Never later than the arrival, and as usual from there on.
    expect(Math.min(...after)).toBe(0);
    expect(skipped.correct(5980, 6010, 0)).toBe(6010);
  });

  it('starts over with a report', () => {
    const skipped = new SkippedTime();
    ages(skipped, 0, 2000, () => 30);
    ages(skipped, 2000, 4000, () => 800);
    skipped.reported();
    expect(skipped.correct(4000, 4030, 0)).toBe(4000);
  });
});
