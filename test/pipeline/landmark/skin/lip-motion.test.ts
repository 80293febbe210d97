import { describe, expect, it } from 'vitest';
import { CANONICAL_FACE } from '../../../../src/pipeline/landmark/canonical-face.ts';
import {
  LIPS_INNER,
  LIPS_OUTER,
  outline,
} from '../../../../src/pipeline/landmark/face-topology.ts';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { MOUTH_POINTS, steadyLips } from '../../../../src/pipeline/landmark/skin/lip-motion.ts';

const MOUTH = new Set(MOUTH_POINTS);
/** How much wider a mouth is open: as much as lips may be apart; apart as a whole alone; as one alone. */
const [SHUT, PARTED, OPEN, WIDE] = [0.15, 0.25, 0.35, 0.5] as const;

/** Every point going its own way. */
const unruly = () =>
  Float32Array.from({ length: 2 * FACE_MESH_POINTS }, (_, i) => 3 * Math.sin(i * i));

/** Everything moved, grown and sheared. */
const orderly = () =>
  Float32Array.from({ length: 2 * FACE_MESH_POINTS }, (_, i) => {
    const [x, y] = CANONICAL_FACE.subarray(3 * (i >> 1));
    return i % 2 === 0 ? 2 + 3 * x! - y! : -1 + x! + 4 * y!;
  });

function steadied(off: Float32Array, opened: number): Float32Array {
  const after = off.slice();
  steadyLips(after, opened);
  return after;
}

const mean = (off: Float32Array, k: number) =>
  MOUTH_POINTS.reduce((sum, i) => sum + off[2 * i + k]!, 0) / MOUTH_POINTS.length;

/** The largest difference over the mouth. */
const apart = (a: Float32Array, b: Float32Array) =>
  Math.max(
    ...MOUTH_POINTS.flatMap((i) => [0, 1].map((k) => Math.abs(a[2 * i + k]! - b[2 * i + k]!))),
  );

describe('points of the mouth', () => {
  it('are the lips, and none of what lies around them', () => {
    for (const i of [...outline(LIPS_OUTER), ...outline(LIPS_INNER)]) expect(MOUTH).toContain(i);
    for (const i of [2, 164, 199, 200, 205, 425]) expect(MOUTH).not.toContain(i);
    expect(MOUTH.size).toBe(MOUTH_POINTS.length);
  });
});

describe('lips', () => {
  it('move as their skin does while they are about as far apart as they were', () => {
    for (const opened of [0, 0.1, SHUT]) expect(steadied(unruly(), opened)).toEqual(unruly());
  });

  it('move as one when the mouth is wide open', () => {
    for (const opened of [WIDE, 0.8]) {
      const after = steadied(unruly(), opened);
      for (const k of [0, 1]) {
        for (const i of MOUTH_POINTS) expect(after[2 * i + k]).toBeCloseTo(mean(unruly(), k), 4);
      }
    }
  });

  it('go on growing and shearing as a whole where each of them is believed less already', () => {
    expect(apart(steadied(orderly(), PARTED), orderly())).toBeLessThan(1e-4);
    expect(apart(steadied(unruly(), PARTED), unruly())).toBeGreaterThan(1);
  });

  it('do nothing but grow and shear when it is open', () => {
    const after = steadied(unruly(), OPEN);
    // What grows and shears alone is left as it is by less.
    expect(apart(steadied(after, PARTED), after)).toBeLessThan(1e-4);
    for (const k of [0, 1]) {
      const all = MOUTH_POINTS.map((i) => after[2 * i + k]!);
      expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(0.1);
    }
  });

  it('grow and shear the less the wider it is open, about a middle that stays', () => {
    let before: Float32Array = orderly();
    for (const opened of [0.3, 0.35, 0.4, 0.45]) {
      const after = steadied(orderly(), opened);
      for (const k of [0, 1]) {
        const [now, then] = [after, before].map((off) =>
          Math.max(...MOUTH_POINTS.map((i) => Math.abs(off[2 * i + k]! - mean(off, k)))),
        );
        expect(now).toBeLessThan(0.95 * then!);
        expect(mean(after, k)).toBeCloseTo(mean(orderly(), k), 4);
      }
      before = after;
    }
  });

  it('have nothing to say to the rest of the face', () => {
    for (const opened of [PARTED, OPEN, WIDE]) {
      const [before, after] = [unruly(), steadied(unruly(), opened)];
      for (let i = 0; i < FACE_MESH_POINTS; i++) {
        if (MOUTH.has(i)) continue;
        expect(after.subarray(2 * i, 2 * i + 2)).toEqual(before.subarray(2 * i, 2 * i + 2));
      }
    }
  });
});
