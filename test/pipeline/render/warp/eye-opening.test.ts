import { expect, it } from 'vitest';
import { EYES } from '../../../../src/pipeline/landmark/face-topology.ts';
import type { Example } from '../../../../src/pipeline/render/engine.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const SIZE = 256;

/** Wide open eyes in red that look far aside, as a tracker sees them: not quite so far. */
function lookingAside(): Example {
  const { picture, landmarks } = paintedExample({ shut: -0.5 });
  const points = landmarks.points.slice();
  const rgba = picture.rgba.slice();
  for (const { iris, upper, lower } of EYES) {
    for (let k = iris; k < iris + 5; k++) points[3 * k]! += 0.025 * SIZE;
    const ring = [...upper, ...lower];
    const xs = ring.map((i) => points[3 * i]!);
    const ys = ring.map((i) => points[3 * i + 1]!);
    for (let y = Math.floor(Math.min(...ys)); y < Math.max(...ys); y++)
      for (let x = Math.floor(Math.min(...xs)); x < Math.max(...xs); x++)
        rgba.set([250, 0, 0], (y * SIZE + x) * 4);
  }
  return { picture: { ...picture, rgba }, landmarks: { ...landmarks, points } };
}

it('bug: eyes that look aside in one example no longer look aside in every frame', async () => {
  const examples = [paintedExample({}), lookingAside()];
  const engine = warpEngine();
  const enrolled = await engine.enrol(examples);
  const renderer = await engine.open(enrolled, { size: SIZE, mark: false });
  const points = facePoints({});
  const { v } = await renderer.render(poseOf(points));
  for (const { iris } of EYES) {
    const x = Math.round((points[3 * iris]! * SIZE) / 2);
    const y = Math.round((points[3 * iris + 1]! * SIZE) / 2);
    // Red would be 200 and more; the painted irises are blue.
    expect(v[(y * SIZE) / 2 + x]!).toBeLessThan(140);
  }
  renderer.close();
});
