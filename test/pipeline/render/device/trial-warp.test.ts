import { expect, it } from 'vitest';
import { trialIdentity, trialPoints } from '../../../../src/pipeline/render/device/trial-face.ts';
import { trialWarp } from '../../../../src/pipeline/render/device/trial-warp.io.ts';
import { FIELD_128, FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';

it.each(FIELDS)(
  'brings back what a device draws of a warp, for a field of $cells²: what the processor paints',
  async (field) => {
    const { side } = field;
    const drawn = await trialWarp('cpu', side, field);
    const painter = new WarpPainter(trialIdentity(), side);
    painter.draw(trialPoints(7));
    const { y, u, v } = painter.toFrame();
    const painted = [...y, ...u, ...v];
    expect(drawn).toHaveLength(painted.length);
    for (const [i, value] of painted.entries()) {
      expect(Math.abs(drawn![i]! - value)).toBeLessThanOrEqual(2);
    }
  },
);

it('has none of a device that keeps nothing', async () => {
  expect(await trialWarp('cuda', 256, FIELD_128)).toBeUndefined();
});
