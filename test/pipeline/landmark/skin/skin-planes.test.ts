import { describe, expect, it } from 'vitest';
import { FACE_SHEET } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import { SheetMap } from '../../../../src/pipeline/landmark/skin/sheet-map.ts';
import { SkinPlanes } from '../../../../src/pipeline/landmark/skin/skin-planes.io.ts';
import * as plain from './plain-skin.ts';
import { meshOf, SIDE, speckledFrame } from './speckled-face.ts';

const { cells, triangles } = FACE_SHEET;
const NOISE = 1.5;
const RULES = { outlier: 1, still: 0.0025, most: 6.72 };
const BACK = 0.9;
const FRAMES = 50;

function mapOf(yaw: number, x = 0, y = 0): SheetMap {
  const { points } = meshOf(yaw);
  const map = new SheetMap();
  map.place(points.map((value, i) => value + [x, y, 0][i % 3]!));
  return map;
}

/** The largest difference over the face's cells, of all but a share of them. */
function apart(a: Float32Array, b: Float32Array, share = 0): number {
  const off = [...cells].map((at) => Math.abs(a[at]! - b[at]!)).sort((p, q) => q - p);
  return off[Math.floor(share * off.length)]!;
}

const inside = new Set(cells);
const outside = [...plain.plane().keys()].filter((at) => !inside.has(at));

describe('the kernel that follows skin', () => {
  it.each([
    ['from the front', 0, 0, 0],
    ['turned', 0.7, 0, 0],
    ['half outside the picture', 0, 130, -150],
    ['wholly outside the picture', 0, 900, 900],
  ])('reads a face %s as plain code does, however many pixels a cell has', (_, yaw, x, y) => {
    const planes = new SkinPlanes();
    const frame = speckledFrame();
    const map = mapOf(yaw, x, y);
    for (const taps of [1, 2, 3, 4]) {
      planes.read(frame, map, taps, NOISE);
      const now = plain.pattern(plain.luma(frame, map, taps), NOISE);
      // Where a place lies on the edge of a pixel, rounding decides which one is read.
      expect(apart(planes.now, now, 0.01)).toBeLessThan(2e-3);
      expect(apart(planes.now, now)).toBeLessThan(0.3);
      expect(cells.every((at, c) => planes.seen[at] === map.seen[triangles[c]!])).toBe(true);
    }
  });

  it('follows skin and remembers it as plain code does', () => {
    const planes = new SkinPlanes();
    const flow = { x: plain.plane(), y: plain.plane() };
    const skin = { pattern: plain.plane(), known: plain.plane() };
    for (let t = 0; t < 12; t++) {
      const frame = speckledFrame({ x: 4 * Math.sin(t / 3), y: 3 * Math.cos(t / 2) });
      planes.read(frame, mapOf(0.3 * Math.sin(t)), 2, NOISE);
      const { now, seen } = planes;
      if (t > 0) {
        const agreement = planes.follow(RULES.outlier, RULES.still, RULES.most);
        expect(agreement).toBeCloseTo(plain.follow(flow, skin, now, seen, RULES), 4);
        expect(apart(planes.x, flow.x)).toBeLessThan(2e-3);
        expect(apart(planes.y, flow.y)).toBeLessThan(2e-3);
      }
      planes.remember(BACK, FRAMES);
      plain.remember(skin, plain.moved(now, flow, BACK), seen, FRAMES);
      expect(apart(planes.pattern, skin.pattern)).toBeLessThan(2e-3);
      expect(apart(planes.known, skin.known)).toBeLessThan(1e-5);
    }
    expect(Math.max(...planes.x.map(Math.abs))).toBeGreaterThan(0.5);
  });

  it('leaves cells that are no face at zero', () => {
    const planes = new SkinPlanes();
    for (const x of [0, 3]) {
      planes.read(speckledFrame({ x }), mapOf(0), 2, NOISE);
      planes.follow(RULES.outlier, RULES.still, RULES.most);
      planes.remember(BACK, FRAMES);
    }
    const { now, seen, moved, pattern, known, x, y } = planes;
    for (const plane of [now, seen, moved, pattern, known, x, y])
      expect(outside.every((at) => plane[at] === 0)).toBe(true);
  });

  it('knows each face for itself', () => {
    const [one, other] = [new SkinPlanes(), new SkinPlanes()];
    one.read(speckledFrame(), mapOf(0), 2, NOISE);
    one.remember(BACK, FRAMES);
    const before = one.pattern.slice();
    other.read(speckledFrame({ seed: 2 }), mapOf(0), 2, NOISE);
    other.remember(BACK, FRAMES);
    expect(one.pattern).toEqual(before);
    expect(apart(one.pattern, other.pattern)).toBeGreaterThan(1);
  });

  it('keeps what it knows when a picture is larger than those before', () => {
    const planes = new SkinPlanes();
    planes.read(speckledFrame(), mapOf(0), 2, NOISE);
    planes.remember(BACK, FRAMES);
    const before = planes.pattern.slice();
    const wide = 40 * SIDE;
    const large = {
      ...speckledFrame(),
      width: wide,
      strideY: wide,
      y: new Uint8Array(wide * SIDE),
    };
    planes.read(large, mapOf(0), 2, NOISE);
    expect(planes.pattern).toEqual(before);
  });
});
