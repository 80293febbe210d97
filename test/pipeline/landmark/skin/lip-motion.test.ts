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
/** How much wider a mouth is open: as much as each point may tell of itself; less; as lips alone. */
const [SHUT, PARTED, OPEN, WIDE] = [0.15, 0.25, 0.35, 0.8] as const;

/** Every point going its own way. */
const unruly = () =>
  Float32Array.from({ length: 2 * FACE_MESH_POINTS }, (_, i) => 3 * Math.sin(i * i));

const x = (i: number) => CANONICAL_FACE[3 * i]!;
const half = Math.abs(x(LIPS_OUTER.upper[0]!) - x(LIPS_OUTER.upper.at(-1)!)) / 2;
/** How near a point is to the middle of the mouth: 0 at its corners. */
const amidst = (i: number) => Math.max(0, 1 - (x(i) / half) ** 2);
const y = (i: number) => CANONICAL_FACE[3 * i + 1]!;
const isUpper = (i: number) => Math.abs(y(i) - y(13)) < Math.abs(y(i) - y(14));

/** How far a point goes with the outer edge of its lip. */
const outwards = (i: number) =>
  outline(LIPS_OUTER).includes(i) ? 1 : outline(LIPS_INNER).includes(i) ? 0.25 : 0.6;

/** The mouth moved and aslant, the upper lip up in the middle and the lower one down. */
const orderly = () => {
  const off = new Float32Array(2 * FACE_MESH_POINTS);
  for (const i of MOUTH) {
    off[2 * i] = 2 + 0.1 * x(i);
    off[2 * i + 1] = -1 + 0.2 * x(i) + (isUpper(i) ? -3 : 4) * amidst(i) * outwards(i);
  }
  return off;
};

function steadied(off: Float32Array, opened: number): Float32Array {
  const after = off.slice();
  steadyLips(after, opened);
  return after;
}

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

  it('move, slant and bow as they do, each by itself, however far they are apart', () => {
    const own = [...LIPS_OUTER.upper, ...LIPS_OUTER.lower];
    for (const opened of [PARTED, OPEN, WIDE]) {
      const [before, after] = [orderly(), steadied(orderly(), opened)];
      for (const i of own) {
        for (const k of [0, 1])
          expect(Math.abs(after[2 * i + k]! - before[2 * i + k]!)).toBeLessThan(1);
      }
      const apart = (upper: number, lower: number) => after[2 * lower + 1]! - after[2 * upper + 1]!;
      expect(apart(0, 17)).toBeGreaterThan(6);
      // How far they are apart is the landmark network's to tell.
      expect(apart(13, 14)).toBeLessThan(0.65 * apart(0, 17));
    }
  });

  it('do nothing but that where they are far apart, so that none is torn', () => {
    for (const opened of [OPEN, WIDE]) {
      const after = steadied(unruly(), opened);
      for (const { upper, lower } of [LIPS_OUTER, LIPS_INNER]) {
        for (const lip of [upper, lower]) {
          lip.slice(1).forEach((i, n) => {
            const before = lip[n]!;
            for (const k of [0, 1]) {
              expect(Math.abs(after[2 * i + k]! - after[2 * before + k]!)).toBeLessThan(1.7);
            }
          });
        }
      }
      expect(apart(after, unruly())).toBeGreaterThan(2);
    }
  });

  it('are in between where they are a little farther apart than they were', () => {
    const [own, bowed, between] = [SHUT, OPEN, PARTED].map((opened) => steadied(unruly(), opened));
    expect(apart(between!, own!)).toBeLessThan(apart(bowed!, own!));
    expect(apart(between!, bowed!)).toBeLessThan(apart(bowed!, own!));
  });

  it('are bowed by no single point that is off', () => {
    const off = new Float32Array(2 * FACE_MESH_POINTS);
    const lonely = LIPS_OUTER.lower[5]!;
    off[2 * lonely + 1] = 6;
    expect(Math.abs(steadied(off, WIDE)[2 * lonely + 1]!)).toBeLessThan(6 / 4);
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
