import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../bench/quality/clip.ts';
import { describeFace, type FaceDescriptor, FaceSpace } from '../../../bench/quality/face-space.ts';
import { recognition } from '../../../bench/quality/recognition.ts';
import {
  exampleOf,
  type FaceShape,
  facePoints,
  type Rgb,
} from '../../pipeline/render/painted-face.ts';

const SIZE = 256;
/** Somebody: broad or narrow, fair or dark, with stripes of one slant. */
function somebody(seed: number, shape: FaceShape = {}): FaceDescriptor {
  const points = facePoints(shape).map((value, i) =>
    i % 3 === 0 ? 0.5 + (value - 0.5) * (0.92 + 0.05 * seed) : value,
  );
  const tone = 110 + 30 * seed;
  const { x = 0.5, y = 0.42 } = shape;
  const { picture, landmarks } = exampleOf(points, SIZE, (px, py): Rgb => {
    const wave = 30 * Math.sin(60 * ((px - x) * Math.cos(seed) + (py - y) * Math.sin(seed)));
    return [tone + wave, tone - 20 * seed + wave, 90 + wave];
  });
  return describeFace(frameOf(picture), landmarks)!;
}
const space = new FaceSpace([0, 1, 2].map((seed) => somebody(seed)));

describe('the face space', () => {
  it('finds a face like itself, and unlike another', () => {
    const face = somebody(0);
    expect(space.similarity(face, face)).toBeCloseTo(1, 5);
    expect(space.similarity(face, somebody(2))).toBeLessThan(0);
  });

  it('knows a face again elsewhere in the picture', () => {
    expect(space.similarity(somebody(0), somebody(0, { x: 0.56, y: 0.38 }))).toBeGreaterThan(0.8);
  });

  it('counts only what both pictures show of a turned head', () => {
    const turned = somebody(0, { yaw: 40 });
    const seen = turned.seen.reduce((sum, one) => sum + one, 0);
    expect(seen).toBeLessThan(somebody(0).seen.reduce((sum, one) => sum + one, 0));
    const stranger = space.similarity(somebody(0), somebody(2, { yaw: 40 }));
    expect(space.similarity(somebody(0), turned)).toBeGreaterThan(stranger + 0.5);
  });

  it('has no description of points that are no face', () => {
    const { picture, landmarks } = exampleOf(facePoints(), SIZE, () => [0, 0, 0]);
    const points = landmarks.points.map(() => 5);
    expect(describeFace(frameOf(picture), { points, count: 478 })).toBeUndefined();
  });

  it('says how well it tells people apart', () => {
    const people = [0, 1, 2].map((seed) => [somebody(seed), somebody(seed, { x: 0.53 })]);
    const { same, strangers, told } = recognition(space, people);
    expect(same).toBeGreaterThan(strangers);
    expect(told).toBe(1);
  });
});
