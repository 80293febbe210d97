import { describe, expect, it } from 'vitest';
import {
  CANVAS_SIDE,
  canvasPlace,
  toCanvas,
} from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import { meshOf } from './speckled-face.ts';

const { points } = meshOf();
const PLACE = canvasPlace(points);

/** The face, larger and elsewhere. */
const put = (times: number, x = 0, y = 0) =>
  points.map((value, i) => times * value + [x, y, 0][i % 3]!);

/** Where the outline's ends lie. Forehead and chin, and what lies farthest out of the cheeks. */
const [TOP, CHIN, RIGHT, LEFT] = [10, 152, 234, 454] as const;

describe('the canvas around a face', () => {
  it('has the middle of the outline, wherever that is, in its own', () => {
    expect(PLACE.x).toBeCloseTo((points[3 * RIGHT]! + points[3 * LEFT]!) / 2, 0);
    expect(PLACE.y).toBeCloseTo((points[3 * TOP + 1]! + points[3 * CHIN + 1]!) / 2, 3);
    const { x, y } = canvasPlace(put(1, 30, -50));
    expect(x).toBeCloseTo(PLACE.x + 30, 3);
    expect(y).toBeCloseTo(PLACE.y - 50, 3);
  });

  it('leaves room around the long side of it, however large it is', () => {
    const height = points[3 * CHIN + 1]! - points[3 * TOP + 1]!;
    expect(PLACE.scale * height).toBeCloseTo(0.85 * CANVAS_SIDE, 2);
    expect(canvasPlace(put(2.5)).scale).toBeCloseTo(PLACE.scale / 2.5, 5);
  });

  it('measures a face that lies on its side by its other side', () => {
    const lying = points.slice();
    for (let i = 0; i < lying.length; i += 3) {
      lying[i] = points[i + 1]!;
      lying[i + 1] = points[i]!;
    }
    expect(canvasPlace(lying).scale).toBeCloseTo(PLACE.scale, 5);
  });

  it('does not mind what lies inside the outline, or how far away', () => {
    const nose = points.slice();
    nose[3] = 5000;
    nose[4] = -5000;
    for (let i = 2; i < nose.length; i += 3) nose[i]! += 100;
    expect(canvasPlace(nose)).toEqual(PLACE);
  });

  it('has no size where the face has none', () => {
    const speck = points.map(() => 100);
    expect(Number.isFinite(canvasPlace(speck).scale)).toBe(false);
    const nowhere = points.map(() => Number.NaN);
    expect(Number.isFinite(canvasPlace(nowhere).scale)).toBe(false);
  });

  it('has all of the face in it, and depth by the same measure', () => {
    const into = new Float32Array(points.length);
    toCanvas(points, PLACE, into);
    for (let i = 0; i < into.length; i += 3) {
      for (const k of [0, 1]) {
        expect(into[i + k]).toBeGreaterThan(0);
        expect(into[i + k]).toBeLessThan(CANVAS_SIDE);
      }
      expect(into[i + 2]).toBeCloseTo(points[i + 2]! * PLACE.scale, 3);
    }
  });

  it('is left by the way into it', () => {
    const into = new Float32Array(points.length);
    toCanvas(points, PLACE, into);
    for (let i = 0; i < into.length; i += 3) {
      const [x, y] = [into[i]! - CANVAS_SIDE / 2, into[i + 1]! - CANVAS_SIDE / 2];
      expect(x / PLACE.scale + PLACE.x).toBeCloseTo(points[i]!, 3);
      expect(y / PLACE.scale + PLACE.y).toBeCloseTo(points[i + 1]!, 3);
    }
  });

  it('takes no more points than there is room for', () => {
    const [few, all] = [new Float32Array(6), new Float32Array(points.length)];
    toCanvas(points, PLACE, few);
    toCanvas(points, PLACE, all);
    expect(few).toEqual(all.subarray(0, 6));
  });
});
