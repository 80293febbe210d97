import { describe, expect, it } from 'vitest';
import { CELLS_PER_UNIT, FACE_SHEET } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import { SkinFlow } from '../../../../src/pipeline/landmark/skin/skin-flow.ts';
import { SkinPlanes } from '../../../../src/pipeline/landmark/skin/skin-planes.io.ts';

const { width, height, cells, skin } = FACE_SHEET;
const WHOLLY = new Float32Array(width * height).fill(1);
const NOWHERE = new Float32Array(width * height);

/** Waves over the whole sheet. @param right, down cells that they lie farther. */
function waves(right = 0, down = 0): Float32Array {
  return Float32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) - right, Math.floor(at / width) - down];
    return Math.sin(x * 0.9 + 0.3 * y) + Math.sin(0.8 * y - 0.4 * x);
  });
}

/** Mean over cells that are wholly skin. */
function mean(plane: Float32Array): number {
  const whole = [...cells].filter((_, c) => skin[c] === 1);
  return whole.reduce((sum, at) => sum + plane[at]!, 0) / whole.length;
}

/** Only a face's cells are ever anything. */
function lay(into: Float32Array, plane: Float32Array): void {
  for (const at of cells) into[at] = plane[at]!;
}

/** Planes in which waves are known, and something is seen now. */
function planesOf(now: Float32Array, seen = WHOLLY, known = WHOLLY, pattern = waves()): SkinPlanes {
  const planes = new SkinPlanes();
  lay(planes.now, now);
  lay(planes.seen, seen);
  lay(planes.known, known);
  lay(planes.pattern, pattern);
  return planes;
}

function flowOver(planes: SkinPlanes): SkinFlow {
  const flow = new SkinFlow(planes);
  for (let i = 0; i < 4; i++) flow.follow();
  return flow;
}

const flowTo = (now: Float32Array, seen = WHOLLY, known = WHOLLY): SkinFlow =>
  flowOver(planesOf(now, seen, known));

describe('the flow of skin', () => {
  it('is how far a pattern has moved', () => {
    const flow = flowTo(waves(0.7, -0.5));
    expect(mean(flow.x)).toBeCloseTo(0.7, 1);
    expect(mean(flow.y)).toBeCloseTo(-0.5, 1);
    expect(flow.agreement).toBeGreaterThan(0.95);
  });

  it('is nothing where there is no pattern', () => {
    const flow = flowOver(planesOf(NOWHERE, WHOLLY, WHOLLY, NOWHERE));
    expect(flow.x.every((value) => value === 0)).toBe(true);
    expect(flow.agreement).toBe(0);
  });

  it('hears nothing from cells that are out of sight or not known', () => {
    expect(mean(flowTo(waves(0.7), NOWHERE).x)).toBe(0);
    expect(mean(flowTo(waves(0.7), WHOLLY, NOWHERE).x)).toBe(0);
  });

  it('never goes farther than skin slips', () => {
    const flow = flowTo(Float32Array.from(waves(), (value, at) => value * (at % 2 ? 40 : -40)));
    const far = [...cells].map((at) => Math.hypot(flow.x[at]!, flow.y[at]!));
    expect(Math.max(...far)).toBeLessThanOrEqual(0.12 * CELLS_PER_UNIT + 1e-4);
  });

  it('brings a pattern back to where the mesh has it', () => {
    const now = waves(0.7, -0.5);
    const planes = planesOf(now);
    flowOver(planes).follow();
    const back = planes.moved;
    const known = waves();
    const off = (plane: Float32Array) =>
      mean(plane.map((value, at) => Math.abs(value - known[at]!)));
    expect(off(back)).toBeLessThan(off(now) / 3);
  });

  it('begins from nothing after a reset', () => {
    const flow = flowTo(waves(0.7));
    flow.reset();
    expect(flow.x.every((value) => value === 0)).toBe(true);
  });
});
