import { expect, it } from 'vitest';
import { MIRROR_POINTS } from '../../../../src/pipeline/render/warp/mirror-points.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

it('pairs the points of the two sides of a face, and leaves those of its middle', () => {
  expect(MIRROR_POINTS[234]).toBe(454);
  expect(MIRROR_POINTS[33]).toBe(263);
  for (const middle of [1, 10, 152, 13]) expect(MIRROR_POINTS[middle]).toBe(middle);
  for (let v = 0; v < MIRROR_POINTS.length; v++) expect(MIRROR_POINTS[MIRROR_POINTS[v]!]).toBe(v);
});

/** Green pixels on the picture's left and right half of a face drawn from ahead, of a picture with a green spot on one cheek. */
async function spotsOf(yaw: number): Promise<[number, number]> {
  const shown = facePoints({ yaw });
  const cheek = yaw > 0 ? 123 : 352;
  const dot = [shown[3 * cheek]!, shown[3 * cheek + 1]!] as const;
  const engine = warpEngine();
  const identity = await engine.enrol([paintedExample({ yaw }, { dot })]);
  const renderer = await engine.open(identity, { size: 256, mark: false });
  const { u, v } = await renderer.render(poseOf(facePoints()));
  const green: [number, number] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    if (u[i]! < 110 && v[i]! < 105) green[i % 128 < 64 ? 0 : 1]++;
  }
  renderer.close();
  return green;
}

it('draws the cheek that a turned picture hides as the other one', async () => {
  const [shown, hidden] = await spotsOf(40);
  expect(shown).toBeGreaterThan(1);
  expect(hidden).toBeGreaterThan(1);
  expect((await spotsOf(-40))[0]).toBeGreaterThan(1);
});

it('draws a spot once where the picture shows both cheeks', async () => {
  const [shown, other] = await spotsOf(5);
  expect(shown).toBeGreaterThan(5);
  expect(other).toBe(0);
});
