import { describe, expect, it } from 'vitest';
import type { FaceTracker } from '../../../../src/pipeline/landmark/face-tracker.ts';
import { SkinTracker } from '../../../../src/pipeline/landmark/skin/skin-tracker.ts';
import { meshOf, speckledFrame } from './speckled-face.ts';

const FACE = meshOf();
const CHEEK = 3 * 50;

/** Finds the same face in every frame while it is there. */
class SteadyTracker implements FaceTracker {
  there = true;
  resets = 0;

  async track() {
    return this.there ? FACE : undefined;
  }

  reset(): void {
    this.resets++;
  }
}

async function shown(tracker: SkinTracker, x: number, frames: number): Promise<number | undefined> {
  const frame = speckledFrame({ x });
  let cheek: number | undefined;
  for (let i = 0; i < frames; i++) cheek = (await tracker.track(frame, i * 33))?.points[CHEEK];
  return cheek;
}

describe('a tracker whose points are held to the skin', () => {
  it('moves them with it', async () => {
    const tracker = new SkinTracker(new SteadyTracker());
    await shown(tracker, 0, 60);
    expect(await shown(tracker, 4, 4)).toBeGreaterThan(FACE.points[CHEEK]! + 2);
  });

  it('says that there is no face where there is none', async () => {
    const inner = new SteadyTracker();
    inner.there = false;
    expect(await new SkinTracker(inner).track(speckledFrame(), 0)).toBeUndefined();
  });

  it('knows a face again that was lost for a moment', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 60);
    inner.there = false;
    await shown(tracker, 0, 5);
    inner.there = true;
    expect(await shown(tracker, 4, 4)).toBeGreaterThan(FACE.points[CHEEK]! + 2);
  });

  it('takes whoever comes after an absence for somebody new', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 60);
    inner.there = false;
    await shown(tracker, 0, 15);
    inner.there = true;
    expect(await shown(tracker, 4, 1)).toBe(FACE.points[CHEEK]);
  });

  it('forgets the face when it is told to, and has the other tracker forget it', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 60);
    tracker.reset();
    expect(inner.resets).toBe(1);
    expect(await shown(tracker, 4, 1)).toBe(FACE.points[CHEEK]);
  });
});
