import { describe, expect, it } from 'vitest';
import { keypointDistance, psnr, ssim, tremor } from '../../../bench/quality/picture-distance.ts';
import { faceRegion, mouthRegion } from '../../../bench/quality/region.ts';
import { facePoints } from '../../pipeline/render/painted-face.ts';

const SIDE = 64;
const all = Uint32Array.from({ length: SIDE * SIDE }, (_, i) => i);
const plane = (luma: (i: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => luma(i));
const texture = plane((i) => 100 + ((i * 37) % 50));

describe('the distance of two pictures', () => {
  it('is known by PSNR: a difference of one everywhere is 48.13 dB', () => {
    expect(
      psnr(
        texture,
        plane((i) => texture[i]! + 1),
        all,
      ),
    ).toBeCloseTo(48.13, 2);
    expect(psnr(texture, texture, all)).toBe(99);
  });

  it('counts only inside the region', () => {
    const changed = plane((i) => (i === 5 ? 0 : texture[i]!));
    expect(
      psnr(
        texture,
        changed,
        all.filter((i) => i !== 5),
      ),
    ).toBe(99);
    expect(psnr(texture, changed, all)).toBeLessThan(60);
  });

  it('is known by SSIM: one for the same, little for structure that is gone', () => {
    expect(ssim(texture, texture, SIDE, all)).toBeCloseTo(1, 9);
    expect(
      ssim(
        texture,
        plane(() => 124),
        SIDE,
        all,
      ),
    ).toBeLessThan(0.3);
  });
});

describe('tremor', () => {
  it('is nothing for steady change and all of what comes and goes', () => {
    const [a, b, c] = [10, 20, 30].map((luma) => plane(() => luma)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(tremor(a, b, c, all)).toBe(0);
    expect(tremor(a, b, a, all)).toBe(20);
  });
});

describe('the distance of two faces', () => {
  it('is the mean of their points in the picture plane', () => {
    const face = facePoints();
    const moved = face.map((value, i) => value + [3, 4, 100][i % 3]!);
    expect(keypointDistance(face, moved, 468)).toBeCloseTo(5, 4);
  });
});

describe('the regions of a face', () => {
  it('hold the mouth inside the face, and both inside the picture', () => {
    const points = facePoints({ jaw: 0.2 }).map((value) => value * SIDE);
    const face = new Set(faceRegion(points, SIDE));
    const mouth = [...mouthRegion(points, SIDE)];
    expect(mouth.length).toBeGreaterThan(10);
    expect(mouth.every((i) => face.has(i))).toBe(true);
    expect(face.size).toBeLessThan(SIDE * SIDE);
  });
});
