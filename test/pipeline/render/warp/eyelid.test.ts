import { expect, it } from 'vitest';
import type { Example } from '../../../../src/pipeline/render/engine.ts';
import { LEFT_LID, RIGHT_LID } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const SIZE = 256;
const LIDS = [RIGHT_LID, LEFT_LID];

/** Brows of grey hair that hang down to the creases of the lids. */
function greyBrowed(): Example {
  const { picture, landmarks } = paintedExample();
  const { points } = landmarks;
  const rgba = picture.rgba.slice();
  for (const { upper, brow } of LIDS) {
    const xs = upper.map((i) => points[3 * i]!);
    const crease = Math.min(...upper.map((i) => points[3 * i + 1]!));
    for (let y = Math.floor(points[3 * brow + 1]!) - 4; y < crease; y++)
      for (let x = Math.floor(Math.min(...xs)); x < Math.max(...xs); x++)
        rgba.set([170, 170, 170], (y * SIZE + x) * 4);
  }
  return { picture: { ...picture, rgba }, landmarks };
}

it('bug: shut lids under a grey brow are skin, not brow', async () => {
  const engine = warpEngine();
  const enrolled = await engine.enrol([greyBrowed()]);
  const renderer = await engine.open(enrolled, { size: SIZE, mark: false });
  const points = facePoints({ shut: 1 });
  const { v } = await renderer.render(poseOf(points));
  for (const { upper, lower } of LIDS) {
    const [crease, edge] = [upper, lower].map((line) => line[line.length >> 1]!);
    const middle = (k: number) => ((points[3 * crease! + k]! + points[3 * edge! + k]!) / 2) * SIZE;
    // The brow's grey is 128; the painted skin 149.
    expect(v[(Math.round(middle(1) / 2) * SIZE) / 2 + Math.round(middle(0) / 2)]).toBeGreaterThan(
      140,
    );
  }
  renderer.close();
});
