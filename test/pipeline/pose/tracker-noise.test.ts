import { describe, expect, it } from 'vitest';
import { TrackerNoise } from '../../../src/pipeline/pose/tracker-noise.ts';
import { seededRandom } from '../seeded-random.ts';

const DT = 1 / 30;

function observed(seconds: number, moment: (n: number) => number): TrackerNoise {
  const noise = new TrackerNoise();
  for (let n = 0; n * DT < seconds; n++) noise.observe(moment(n), DT);
  return noise;
}

describe('TrackerNoise', () => {
  it('is the usual one until moments tell otherwise, and never less', () => {
    expect(new TrackerNoise().times).toBe(1);
    expect(observed(20, () => 0.2).times).toBe(1);
  });

  it('learns within seconds what a bad camera does all the time', () => {
    const random = seededRandom(1);
    const { times } = observed(5, () => 3 + 0.4 * (random() - 0.5));
    expect(times).toBeGreaterThan(2.6);
    expect(times).toBeLessThan(3.3);
  });

  it('is told by the quiet moments of somebody who talks, not by the others', () => {
    expect(observed(20, (n) => (n % 10 < 4 ? 1.5 : 12)).times).toBeLessThan(2);
  });

  it('is bounded, whatever somebody does, and forgets it sooner than it learned it', () => {
    const noise = observed(60, () => 100);
    expect(noise.times).toBe(6);
    for (let n = 0; n < 30; n++) noise.observe(1, DT);
    expect(noise.times).toBe(1);
  });

  it('settles alike at any frame rate', () => {
    const at = (fps: number): number => {
      const noise = new TrackerNoise();
      for (let n = 0; n < fps; n++) noise.observe(5, 1 / fps);
      return noise.times;
    };
    expect(at(60)).toBeCloseTo(at(15), 6);
  });

  it('begins anew on reset', () => {
    const noise = observed(5, () => 4);
    noise.reset();
    expect(noise.times).toBe(1);
  });
});
