import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../../src/pipeline/picture.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import {
  discardWarpIdentity,
  enrolWarpIdentity,
} from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { meshOf, SIDE, type Speckled, speckledFrame } from '../../landmark/skin/speckled-face.ts';

const CHEEK = 3 * 50;
const RIGHT = 4;

function speckledPicture(how: Speckled): Picture {
  const { y, width, height } = speckledFrame(how);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (const [i, luma] of y.entries()) rgba.set([luma, luma, luma, 255], 4 * i);
  return { width, height, rgba };
}

/** Enrolled from pictures that all have the same landmarks; points of each in pixels. */
function pointsOf(pictures: readonly Picture[]): Float32Array[] {
  const landmarks = meshOf();
  const identity = enrolWarpIdentity(
    pictures.map((picture) => ({ picture, landmarks })),
    newKernelMemory(),
  );
  const points = identity.examples.map((example) => example.points.map((value) => value * SIDE));
  discardWarpIdentity(identity);
  return points;
}

describe('an identity of several pictures', () => {
  it('has each place of its skin at one point of the mesh in all of them', () => {
    const [base, other] = pointsOf([speckledPicture({}), speckledPicture({ x: RIGHT })]);
    expect(base![CHEEK]).toBeCloseTo(meshOf().points[CHEEK]!, 3);
    expect(other![CHEEK]! - base![CHEEK]!).toBeGreaterThan(0.85 * RIGHT);
  });

  it('leaves the points of a picture on which its skin is not known again', () => {
    const [base, other] = pointsOf([speckledPicture({}), speckledPicture({ seed: 2 })]);
    expect(other![CHEEK]).toBeCloseTo(base![CHEEK]!, 3);
  });

  it('says which of its pictures comes first, wherever that stood', () => {
    const [open, shut] = [meshOf(), meshOf()];
    for (const i of [14, 87, 317]) open.points[3 * i + 1]! += 30;
    const examples = [open, shut].map((landmarks) => ({ picture: speckledPicture({}), landmarks }));
    const identity = enrolWarpIdentity(examples, newKernelMemory());
    expect(identity.examples.map(({ source }) => source)).toEqual([1, 0]);
    discardWarpIdentity(identity);
  });
});
