import { describe, expect, it } from 'vitest';
import type { FaceTracker } from '../../../../src/pipeline/landmark/face-tracker.ts';
import { SkinTracker } from '../../../../src/pipeline/landmark/skin/skin-tracker.ts';
import { meshOf, speckledFrame } from './speckled-face.ts';

const FACE = meshOf();
const CHEEK = 3 * 50;
/** Frames without a face after which there may be somebody else. */
const ABSENT = 10;

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

async function shown(
  tracker: SkinTracker,
  x: number,
  frames: number,
  seed = 1,
): Promise<number | undefined> {
  const frame = speckledFrame({ x, seed });
  let cheek: number | undefined;
  for (let i = 0; i < frames; i++) cheek = (await tracker.track(frame, i * 33))?.points[CHEEK];
  return cheek;
}

describe('a tracker whose points are held to the skin', () => {
  it('moves them with it', async () => {
    const tracker = new SkinTracker(new SteadyTracker());
    await shown(tracker, 0, 5);
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
    await shown(tracker, 0, 5);
    inner.there = false;
    await shown(tracker, 0, 5);
    inner.there = true;
    expect(await shown(tracker, 4, 4)).toBeGreaterThan(FACE.points[CHEEK]! + 2);
  });

  it('goes on without a jump where the same face comes back after an absence', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 5);
    const before = await shown(tracker, 4, 10);
    inner.there = false;
    await shown(tracker, 4, 15);
    inner.there = true;
    expect(before).toBeGreaterThan(FACE.points[CHEEK]! + 3);
    expect(await shown(tracker, 4, 1)).toBeCloseTo(before!, 1);
  });

  it('takes somebody else who comes after an absence for what he is in his first frame', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 5);
    await shown(tracker, 4, 5);
    inner.there = false;
    await shown(tracker, 0, ABSENT);
    inner.there = true;
    expect(await shown(tracker, 0, 1, 2)).toBe(FACE.points[CHEEK]);
    expect(await shown(tracker, 4, 4, 2)).toBeGreaterThan(FACE.points[CHEEK]! + 3);
  });

  it('still knows the first face after a shorter one, whoever looked in meanwhile', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 5);
    inner.there = false;
    await shown(tracker, 0, ABSENT - 1);
    inner.there = true;
    await shown(tracker, 0, 3, 2);
    expect(await shown(tracker, 4, 4)).toBeGreaterThan(FACE.points[CHEEK]! + 3);
  });

  it('does not add absences up', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 5);
    for (const frames of [ABSENT - 1, 1]) {
      await shown(tracker, 0, 1);
      inner.there = false;
      await shown(tracker, 0, frames);
      inner.there = true;
    }
    await shown(tracker, 0, 3, 2);
    expect(await shown(tracker, 4, 4)).toBeGreaterThan(FACE.points[CHEEK]! + 3);
  });

  it('forgets the face when it is told to, and has the other tracker forget it', async () => {
    const inner = new SteadyTracker();
    const tracker = new SkinTracker(inner);
    await shown(tracker, 0, 5);
    tracker.reset();
    expect(inner.resets).toBe(1);
    expect(await shown(tracker, 4, 1)).toBe(FACE.points[CHEEK]);
  });
});
