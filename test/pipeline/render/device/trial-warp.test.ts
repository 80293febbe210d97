import { expect, it } from 'vitest';
import { trialIdentity, trialPoints } from '../../../../src/pipeline/render/device/trial-face.ts';
import { trialWarp } from '../../../../src/pipeline/render/device/trial-warp.io.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';

it('brings back what a device draws of a warp: what the processor paints', async () => {
  const side = 256;
  const drawn = await trialWarp('cpu', side);
  const painter = new WarpPainter(trialIdentity(), side);
  painter.draw(trialPoints(7));
  const { y, u, v } = painter.toFrame();
  const painted = [...y, ...u, ...v];
  expect(drawn).toHaveLength(painted.length);
  for (const [i, value] of painted.entries()) {
    expect(Math.abs(drawn![i]! - value)).toBeLessThanOrEqual(2);
  }
});

it('has none of a device that keeps nothing', async () => {
  expect(await trialWarp('cuda', 256)).toBeUndefined();
});
