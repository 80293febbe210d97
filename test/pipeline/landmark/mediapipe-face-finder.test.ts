import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LandmarkModel } from '../../../src/pipeline/landmark/face-tracker.ts';
import { openLandmarkModel } from '../../../src/pipeline/landmark/landmark-model.io.ts';
import { searchWindows } from '../../../src/pipeline/landmark/mediapipe-face-finder.ts';
import { drawFaces } from './drawn-face.ts';

let model: LandmarkModel;
beforeAll(async () => {
  model = await openLandmarkModel({ modelsFolder: '/nonexistent' });
});
afterAll(() => model.close());

/** The middle between the outer eye corners, and the distance of these. */
function eyesOf({ points }: { points: Float32Array }) {
  const [ax, ay, bx, by] = [points[99]!, points[100]!, points[789]!, points[790]!];
  return { x: (ax + bx) / 2, y: (ay + by) / 2, distance: Math.hypot(bx - ax, by - ay) };
}

describe('MediapipeFaceFinder', () => {
  it('finds one face where it is', async () => {
    const faces = await model.finder.find(drawFaces(480, 480, [{ x: 240, y: 230, width: 170 }]));
    expect(faces).toHaveLength(1);
    expect(faces[0]).toMatchObject({ count: 478, pictureWidth: 480, pictureHeight: 480 });
    const eyes = eyesOf(faces[0]!);
    expect(Math.abs(eyes.x - 240)).toBeLessThan(8);
    expect(Math.abs(eyes.y - 225)).toBeLessThan(15);
  });

  it('finds nobody in a picture without a face', async () => {
    expect(await model.finder.find(drawFaces(480, 360, []))).toEqual([]);
    expect(await model.finder.find(drawFaces(1, 1, []))).toEqual([]);
  });

  it('finds two faces, the larger first', async () => {
    const picture = drawFaces(640, 480, [
      { x: 470, y: 230, width: 110, roll: 0.2 },
      { x: 180, y: 230, width: 170 },
    ]);
    const eyes = (await model.finder.find(picture)).map(eyesOf);
    expect(eyes).toHaveLength(2);
    expect(eyes[0]!.x).toBeLessThan(320);
    expect(eyes[1]!.x).toBeGreaterThan(320);
    expect(eyes[0]!.distance).toBeGreaterThan(eyes[1]!.distance);
  });

  it('finds a tiny face that the detector alone would miss', async () => {
    const faces = await model.finder.find(drawFaces(640, 480, [{ x: 180, y: 130, width: 40 }]));
    expect(faces).toHaveLength(1);
    expect(Math.abs(eyesOf(faces[0]!).x - 180)).toBeLessThan(4);
  });

  it('finds a face that fills the picture', async () => {
    const faces = await model.finder.find(drawFaces(400, 480, [{ x: 200, y: 240, width: 380 }]));
    expect(faces).toHaveLength(1);
    expect(Math.abs(eyesOf(faces[0]!).x - 200)).toBeLessThan(20);
  });

  it('gives the same answer for the same picture', async () => {
    const picture = drawFaces(320, 320, [{ x: 160, y: 150, width: 120 }]);
    const [first, second] = [await model.finder.find(picture), await model.finder.find(picture)];
    expect(first).toEqual(second);
  });
});

describe('searchWindows', () => {
  it('covers the picture at each scale, without leaving it at the fine ones', () => {
    const windows = searchWindows({ width: 1280, height: 720 });
    expect(windows.filter(({ size }) => size >= 1280)).toHaveLength(2);
    const fine = windows.filter(({ size }) => size === 320);
    for (const { x, y, size } of fine) {
      expect(x - size / 2).toBeGreaterThanOrEqual(0);
      expect(x + size / 2).toBeLessThanOrEqual(1280);
      expect(y - size / 2).toBeGreaterThanOrEqual(0);
      expect(y + size / 2).toBeLessThanOrEqual(720);
    }
    const reach = [...new Set(fine.map(({ x }) => x))].sort((a, b) => a - b);
    expect(reach[0]).toBe(160);
    expect(reach.at(-1)).toBe(1120);
    for (const [i, x] of reach.slice(1).entries()) expect(x - reach[i]!).toBeLessThanOrEqual(160);
  });

  it('does not magnify what has no more pixels to show', () => {
    expect(searchWindows({ width: 200, height: 200 }).map(({ size }) => size)).toEqual([320, 200]);
  });
});
