import { describe, expect, it } from 'vitest';
import { LIPS_INNER } from '../../../../src/pipeline/landmark/face-topology.ts';
import {
  OpeningFrame,
  type OpeningPlace,
} from '../../../../src/pipeline/render/warp/opening-frame.ts';
import { facePoints } from '../painted-face.ts';

const points = facePoints({ jaw: 0.3 });
const mouth = new OpeningFrame(LIPS_INNER).fit(points, 512, -0.5);
const place = (i: number) => [points[3 * i]! * 512 - 0.5, points[3 * i + 1]! * 512 - 0.5] as const;
/** The place that is so far along and across. */
function placeAt(along: number, across: number): OpeningPlace {
  const found = { along: 0, across: 0, upper: 0, lower: 0 };
  mouth.locate(mouth.x(along, across), mouth.y(along, across), found);
  return found;
}

describe('an opening of the face', () => {
  it('has its contours where the landmarks are', () => {
    for (const i of LIPS_INNER.lower) {
      const [x, y] = place(i);
      expect(Math.abs(mouth.lower(mouth.along(x, y)) - mouth.across(x, y))).toBeLessThan(1);
    }
  });

  it('is round: no corner where two pieces of its contour meet', () => {
    const slope = (a: number) => (mouth.lower(a + 0.02) - mouth.lower(a)) / 0.02;
    for (let a = 0.1; a < 0.88; a += 0.01) {
      expect(Math.abs(slope(a + 0.02) - slope(a))).toBeLessThan(0.45 * mouth.width);
    }
  });

  it('reaches no farther than its landmarks', () => {
    const deepest = Math.max(...LIPS_INNER.lower.map((i) => mouth.across(...place(i))));
    for (let a = 0; a <= 1; a += 0.01) expect(mouth.lower(a)).toBeLessThanOrEqual(deepest + 1e-3);
  });

  it('knows of any point where it lies, and between which contours', () => {
    for (const [along, across] of [
      [0.2, 3],
      [0.5, -4],
      [0.9, 0],
    ] as const) {
      const place = placeAt(along, across);
      expect(place.along).toBeCloseTo(along, 9);
      expect(place.across).toBeCloseTo(across, 9);
      expect(place.upper).toBeCloseTo(mouth.upper(along), 9);
      expect(place.lower).toBeCloseTo(mouth.lower(along), 9);
    }
  });

  it('is as far from a place as a ruler says, where its contour is steep, too', () => {
    for (const a of [0.04, 0.08, 0.92, 0.5]) {
      const across = (mouth.upper(a) + mouth.lower(a)) / 2;
      const [x, y] = [mouth.x(a, across), mouth.y(a, across)];
      let [toUpper, toLower] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let b = 0; b <= 1; b += 0.001) {
        const gap = (c: number) => Math.hypot(mouth.x(b, c) - x, mouth.y(b, c) - y);
        toUpper = Math.min(toUpper, gap(mouth.upper(b)));
        toLower = Math.min(toLower, gap(mouth.lower(b)));
      }
      const place = placeAt(a, across);
      expect(mouth.below(place) / toUpper).toBeCloseTo(1, 0);
      expect(mouth.above(place) / toLower).toBeCloseTo(1, 0);
    }
    expect(mouth.below(placeAt(0.5, mouth.upper(0.5) - 3))).toBeLessThan(0);
    expect(mouth.above(placeAt(0.5, mouth.lower(0.5) + 3))).toBeLessThan(0);
  });
});
