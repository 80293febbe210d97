import { describe, expect, it } from 'vitest';
import { LidRange } from '../../../src/pipeline/pose/lid-range.ts';

const DT = 1 / 30;

/** One blink every three seconds, over six frames, down to `shut`. */
function blinking(t: number, open: number, shut: number): number {
  const since = (t % 3) - 1;
  const closed = since < 0 || since > 0.2 ? 0 : Math.sin((Math.PI * since) / 0.2);
  return open + (shut - open) * closed;
}

function live(range: LidRange, seconds: number, gap: (t: number) => number): number[] {
  const openness: number[] = [];
  for (let n = 0; n < seconds * 30; n++) {
    range.update(gap(n * DT), DT);
    openness.push(range.openness(gap(n * DT)));
  }
  return openness;
}

describe('LidRange', () => {
  for (const [name, open, shut, sharp] of [
    ['wide eyes, tracked well', 0.34, 0.02, true],
    ['narrow eyes, tracked well', 0.2, 0.01, true],
    ['eyes behind glasses, never read as shut', 0.3, 0.14, true],
    ['a tracker that hardly notices lids', 0.28, 0.21, false],
  ] as const) {
    it(`learns ${name}: blinks shut the eye, and between them it is open`, () => {
      const range = new LidRange();
      range.begin(open, 0.28, sharp);
      const openness = live(range, 30, (t) => blinking(t, open, shut)).slice(-90);
      expect(Math.min(...openness)).toBeLessThan(0.1);
      expect(openness.filter((value) => value > 0.95).length).toBeGreaterThan(75);
    });
  }

  it('takes shut eyes in the first frame for shut, not for narrow', () => {
    const range = new LidRange();
    range.begin(0.03, 0.28, true);
    expect(range.openness(0.03)).toBeLessThan(0.1);
    expect(range.openness(0.28)).toBeCloseTo(1, 1);
  });

  it('leaves a wrong guess of the open gap within two seconds', () => {
    const range = new LidRange();
    range.begin(0.05, 0.28, true);
    expect(Math.abs(live(range, 2, () => 0.36).at(-1)! - 1)).toBeLessThan(0.1);
  });

  it('does not take a long look down for a blink, nor for open eyes', () => {
    const range = new LidRange();
    range.begin(0.3, 0.28, true);
    live(range, 10, (t) => blinking(t, 0.3, 0.02));
    const down = live(range, 5, () => 0.13);
    expect(down.at(-1)).toBeLessThan(0.6);
    expect(range.openness(0.02)).toBeLessThan(0.1);
    expect(range.openness(0.3)).toBeGreaterThan(0.9);
  });

  it('doubts lids that stay down where the tracker sees little of them', () => {
    const range = new LidRange();
    range.begin(0.28, 0.28, false);
    live(range, 10, (t) => blinking(t, 0.28, 0.21));
    expect(live(range, 6, () => 0.22).at(-1)).toBeGreaterThan(0.75);
  });
});
