import { describe, expect, it } from 'vitest';
import { CAMERA_RATE, CameraLimit } from '../../src/pipeline/camera-limit.ts';

describe('the limit of a camera', () => {
  it('lets 60 frames a second through for an hour, also when a second of them comes at once', () => {
    const limit = new CameraLimit();
    for (let frame = 0; frame < 60 * 3600; frame++) {
      const late = frame > 5000 && frame < 5060 ? 5060 : frame;
      expect(limit.admit(frame === 0, (late * 1000) / 60)).toBe(true);
    }
  });

  it('refuses a flood of keyframes, which took the worker’s thread from other sessions', () => {
    const limit = new CameraLimit();
    let admitted = 0;
    for (let frame = 0; frame < 40_000; frame++) if (limit.admit(true, frame / 4)) admitted++;
    expect(admitted).toBeLessThanOrEqual(CAMERA_RATE.burst + CAMERA_RATE.perSecond * 10);
  });

  it('goes on with a keyframe alone after a frame that was refused', () => {
    const limit = new CameraLimit();
    while (limit.admit(true, 0));
    expect(limit.admit(false, 1000)).toBe(false);
    expect(limit.admit(true, 1000)).toBe(true);
    expect(limit.admit(false, 1010)).toBe(true);
  });
});
