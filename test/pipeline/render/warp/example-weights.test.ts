import { describe, expect, it } from 'vitest';
import {
  type RegionWeights,
  resemblance,
  settle,
} from '../../../../src/pipeline/render/warp/example-weights.ts';
import { measureFace } from '../../../../src/pipeline/render/warp/face-features.ts';
import { type FaceShape, facePoints } from '../painted-face.ts';

const features = (shape: FaceShape) => measureFace(facePoints(shape));
const EXAMPLES = [{}, { jaw: 0.4 }, { shut: 1 }, { yaw: 30 }].map(features);
const sum = (weights: Float64Array) => weights.reduce((total, w) => total + w, 0);

describe('the weights of the examples', () => {
  it('take the mouth, the eyes and the face each from the example most like it', () => {
    expect(resemblance(EXAMPLES, features({ jaw: 0.4 })).mouth[1]).toBeGreaterThan(0.9);
    expect(resemblance(EXAMPLES, features({ shut: 1 })).eyes[2]).toBeGreaterThan(0.9);
    expect(resemblance(EXAMPLES, features({ yaw: 30 })).face[3]).toBeGreaterThan(0.9);
    const both = resemblance(EXAMPLES, features({ jaw: 0.4, shut: 1 }));
    expect(both.mouth[1]).toBeGreaterThan(0.8);
    expect(both.eyes[2]).toBeGreaterThan(0.8);
  });

  it('sum to one, with two examples at most to a region', () => {
    for (let yaw = -40; yaw <= 40; yaw += 5) {
      const { face, mouth, eyes } = resemblance(EXAMPLES, features({ yaw, jaw: 0.2, shut: 0.5 }));
      for (const weights of [face, mouth, eyes]) {
        expect(sum(weights)).toBeCloseTo(1, 9);
        expect(weights.filter((w) => w > 0).length).toBeLessThanOrEqual(2);
      }
    }
  });

  it('change without jumps as the face moves', () => {
    let before: RegionWeights | undefined;
    for (let yaw = 0; yaw <= 30; yaw += 0.25) {
      const now = settle(before, resemblance(EXAMPLES, features({ yaw, jaw: yaw / 75 })));
      if (before) {
        for (const region of ['face', 'mouth', 'eyes'] as const) {
          now[region].forEach((w, k) => {
            expect(Math.abs(w - before![region][k]!)).toBeLessThan(0.2);
          });
        }
      }
      before = now;
    }
  });

  it('prefer the neutral example where the examples are alike', () => {
    const { mouth } = resemblance(Array(4).fill(features({})), features({ jaw: 0.1 }));
    expect(mouth[0]).toBeGreaterThan(0.5);
  });

  it('say how nearly an example shows the mouth, the only one as well as any other', () => {
    const shown = (shape: FaceShape, examples = EXAMPLES) =>
      resemblance(examples, features(shape)).shown.mouth;
    expect(shown({ jaw: 0.4 })).toBeCloseTo(1, 5);
    expect(shown({ jaw: 0.35 })).toBeGreaterThan(shown({ jaw: 0.3 }));
    expect(shown({})).toBeCloseTo(1, 5);
    const [only] = EXAMPLES.slice(1);
    expect(shown({ jaw: 0.4 }, [only!])).toBeCloseTo(1, 5);
    expect(shown({}, [only!])).toBeLessThan(1e-4);
  });

  it('say how nearly an example shows the eyes, whatever its mouth, the only one as well as any other', () => {
    const examples = [features({}), features({ shut: 1, jaw: 0.4 })];
    const shown = (shape: FaceShape, of = examples) => resemblance(of, features(shape)).shown.eyes;
    expect(shown({ shut: 1 })).toBeGreaterThan(0.9);
    expect(shown({ shut: 0.9 })).toBeGreaterThan(shown({ shut: 0.7 }));
    expect(shown({})).toBeCloseTo(1, 5);
    expect(shown({ shut: 1 }, examples.slice(1))).toBeGreaterThan(0.9);
    expect(shown({}, examples.slice(1))).toBeLessThan(1e-4);
  });

  it('tell how far the head is turned from all of the examples, the base among them', () => {
    const turned = (shape: FaceShape, of = EXAMPLES) => resemblance(of, features(shape)).turned;
    expect(turned({ yaw: 12, jaw: 0.3 })).toBe(0);
    expect(turned({ yaw: 40 })).toBe(0);
    expect(turned({ yaw: -40 })).toBe(1);
    expect(turned({ yaw: 40 }, EXAMPLES.slice(0, 1))).toBe(1);
    expect(turned({ yaw: -25 })).toBeGreaterThan(0.2);
    expect(turned({ yaw: -25 })).toBeLessThan(0.8);
  });

  it('tell how nearly an example shows the head as it is turned, whatever it does, the only one as well as any other', () => {
    const shown = (shape: FaceShape, of = EXAMPLES) => resemblance(of, features(shape)).shown.face;
    expect(shown({ yaw: 30, jaw: 0.3 })).toBeGreaterThan(0.8);
    expect(shown({ yaw: 22 })).toBeGreaterThan(shown({ yaw: 15 }, EXAMPLES.slice(3)));
    expect(shown({ yaw: -30 })).toBeLessThan(0.1);
    expect(shown({ yaw: 30 }, EXAMPLES.slice(3))).toBeCloseTo(1, 5);
    expect(shown({}, EXAMPLES.slice(3))).toBeLessThan(0.01);
  });
});
