import { describe, expect, it } from 'vitest';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { canvasPlace } from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import {
  type FlowSearch,
  SkinCanvas,
} from '../../../../src/pipeline/landmark/skin/skin-canvas.io.ts';
import { canvasMesh, meshOf, type Speckled, speckledFrame } from './speckled-face.ts';

const SEARCH: FlowSearch = { noise: 3, outlier: 1, still: 0.002, most: 6, steps: [1, 2, 3] };
const PLACE = canvasPlace(meshOf().points);
const FACE = canvasMesh();
const ALL = Array.from({ length: FACE_MESH_POINTS }, (_, i) => i);
/** Cheeks, forehead and chin. */
const SKIN = [50, 280, 151, 9, 175, 205, 425, 69, 299, 187, 411];
const SHIFT = [1.5, -1] as const;
/** The same in pixels of the picture. */
const MOVED: Speckled = { x: SHIFT[0] / PLACE.scale, y: SHIFT[1] / PLACE.scale };

interface Found {
  readonly agreement: number;
  /** Of each point of the mesh. */
  readonly flow: readonly (readonly [x: number, y: number])[];
}

/** What there is to be found in a frame of a face that was first seen in another. */
function found(first: Speckled, now: Speckled, search = SEARCH, mesh = FACE): Found {
  const canvas = new SkinCanvas();
  canvas.read(speckledFrame(first), PLACE);
  canvas.keep();
  canvas.read(speckledFrame(now), PLACE);
  canvas.draw(mesh, FACE, 0);
  const agreement = canvas.follow(search);
  const into = new Float32Array(2);
  const flow = ALL.map((i) => {
    canvas.flowAt(mesh[3 * i]!, mesh[3 * i + 1]!, into);
    return [into[0]!, into[1]!] as const;
  });
  return { agreement, flow };
}

const farthest = ({ flow }: Found) => Math.max(...flow.map(([x, y]) => Math.hypot(x, y)));

/** All of it together moves so far, and no place of it another way. */
function expectShift({ flow }: Found, shift: readonly [number, number], each = 0.4): void {
  for (const k of [0, 1] as const) {
    const off = SKIN.map((i) => flow[i]![k] - shift[k]);
    expect(Math.abs(off.reduce((a, b) => a + b) / off.length)).toBeLessThan(0.2);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(each);
  }
}

describe('the flow of skin', () => {
  it('is found to a part of a pixel', () => {
    expectShift(found({}, MOVED), SHIFT);
  });

  it('is none where skin has stayed', () => {
    expect(farthest(found({}, {}))).toBeLessThan(0.01);
  });

  it('is told against where the face is drawn', () => {
    const mesh = canvasMesh({ x: 3, y: 1 });
    expectShift(found({}, MOVED, SEARCH, mesh), [SHIFT[0] - 3, SHIFT[1] - 1]);
  });

  it('is none on skin without any pattern', () => {
    expect(farthest(found({ pattern: 0 }, { pattern: 0, ...MOVED }))).toBeLessThan(1e-3);
  });

  it('is looked for no farther away than one is told', () => {
    for (const most of [0.5, 3]) {
      const far = farthest(found({}, { seed: 2 }, { ...SEARCH, most }));
      expect(far).toBeGreaterThan(0.8 * most);
      expect(far).toBeLessThan(1.001 * most);
    }
  });

  it('is less the more has to speak for it', () => {
    expect(farthest(found({}, MOVED, { ...SEARCH, still: 10 }))).toBeLessThan(0.3);
    expect(farthest(found({}, MOVED))).toBeGreaterThan(1.5);
  });

  it('does not mind the light', () => {
    expectShift(found({}, { ...MOVED, gain: 0.6, offset: 40 }), SHIFT, 0.6);
    expectShift(found({}, { gain: 0.6, offset: 40 }), [0, 0]);
  });

  it('is none anywhere, eyes and outline too, where nothing but the exposure has changed', () => {
    for (const pattern of [1, 0.15]) {
      const brighter = found({ pattern }, { pattern, offset: 40 });
      expect(farthest(brighter)).toBeLessThan(0.3);
      const flatter = found({ pattern }, { pattern, gain: 0.7, offset: -20 });
      expect(farthest(flatter)).toBeLessThan(0.3);
    }
  });

  it('is not taken for grain that the camera adds', () => {
    const faint = { pattern: 0.05 };
    const grain = { ...faint, seed: 2 };
    expect(farthest(found(faint, grain, { ...SEARCH, noise: 200 }))).toBeLessThan(0.1);
    expect(farthest(found(faint, grain, { ...SEARCH, noise: 1 }))).toBeGreaterThan(1);
  });

  it('is finite where the face lies half outside the canvas', () => {
    for (const [x, y] of [
      [120, 0],
      [-100, 90],
      [0, 5000],
    ] as const) {
      const { agreement, flow } = found({}, {}, SEARCH, canvasMesh({ x, y }));
      expect(Number.isFinite(agreement)).toBe(true);
      expect(flow.flat().every(Number.isFinite)).toBe(true);
    }
  });
});

describe('how alike a face is to its reference', () => {
  it('is nearly one for the same, moved or in other light', () => {
    expect(found({}, {}).agreement).toBeGreaterThan(0.99);
    expect(found({}, MOVED).agreement).toBeGreaterThan(0.95);
    expect(found({}, { ...MOVED, gain: 0.6, offset: 40 }).agreement).toBeGreaterThan(0.95);
  });

  it('is clearly less for somebody else, even as far as he can be pulled over it', () => {
    for (const seed of [2, 3, 4]) expect(found({}, { seed }).agreement).toBeLessThan(0.8);
  });

  it('is nothing where there is no skin to be seen', () => {
    expect(found({}, {}, SEARCH, canvasMesh({ x: 5000 })).agreement).toBe(0);
  });
});
