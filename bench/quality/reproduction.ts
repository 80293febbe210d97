import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import { Puppeteer } from '../../src/pipeline/pose/puppeteer.ts';
import { type Clip, chooseExamples, exampleOf, MOST_EXAMPLES, measuredFrames } from './clip.ts';
import { motionBetween } from './clip-motion.ts';
import { type Contender, openDrawing } from './contender.ts';
import { describeFace } from './face-space.ts';
import { Means } from './mean.ts';
import { flowDistance, warpingError } from './optical-flow.ts';
import { tremor } from './picture-distance.ts';
import { faceRegion } from './region.ts';
import { FRAME_MS, type Jury, STILL_SCORES, type StillScore, scoreStill } from './still-scores.ts';

/** Means over a clip's frames; what could not be measured is absent. */
export type Scores = Readonly<Record<string, number>>;

export interface ReproductionTask {
  readonly clip: Clip;
  readonly contender: Contender;
  readonly examples: number;
  /** Smoothed and retargeted as in a call, rather than the tracker's landmarks as they are. */
  readonly staged: boolean;
}

type Temporal = 'flickerMade' | 'flickerTrue' | 'warpMade' | 'warpTrue' | 'tOF';

/**
 * Draws every frame of a clip from its own examples in the pose that the frame's landmarks have, and
 * compares it with the frame itself.
 * @param seen is given every drawn frame, valid during the call.
 */
export async function reproduce(
  { clip, contender, examples: count, staged }: ReproductionTask,
  jury: Omit<Jury, 'identity'>,
  seen: (index: number, frame: AvatarFrame) => void,
): Promise<Scores> {
  const side = clip.frames[0]!.frame.width;
  const measured = measuredFrames(clip, chooseExamples(clip.examples, MOST_EXAMPLES));
  const chosen = chooseExamples(clip.examples, count);
  const pictures = chosen.map(exampleOf);
  const examples = (await contender.tuned?.give(clip.name, pictures)) ?? pictures;
  const drawing = await openDrawing(contender, examples, side);
  const puppeteer =
    staged && drawing.neutral
      ? new Puppeteer(drawing.neutral, { motion: 'absolute', view: { x: 0, y: 0, side } })
      : undefined;
  const identity = describeFace(chosen[0]!.frame, chosen[0]!.face);
  const stills = new Means<StillScore>();
  const motion = new Means<Temporal>();
  const drawn: Uint8Array[] = [];
  try {
    for (const [i, truth] of clip.frames.entries()) {
      const { face, driver = face, frame } = truth;
      const pose = puppeteer?.drive(driver, i * FRAME_MS).pose ?? poseOf(driver);
      const made = await drawing.draw(pose);
      seen(i, made);
      drawn.push(made.y.slice());
      if (measured[i]) await scoreStill(made, truth, i, { ...jury, identity }, stills);
      if (measured[i] && measured[i - 1] && measured[i - 2]) {
        const [before, earlier] = [clip.frames[i - 1]!, clip.frames[i - 2]!];
        const region = faceRegion(face.points, side);
        const now = drawn[i]!;
        const then = drawn[i - 1]!;
        motion.add('flickerTrue', tremor(earlier.frame.y, before.frame.y, frame.y, region));
        motion.add('flickerMade', tremor(drawn[i - 2]!, then, now, region));
        const { points, flow } = clip.motion.to(i);
        motion.add('warpTrue', warpingError(before.frame.y, frame.y, side, points, flow));
        motion.add('warpMade', warpingError(then, now, side, points, flow));
        motion.add('tOF', flowDistance(flow, motionBetween(then, now, side, points).flow));
      }
      if (i > 1) drawn[i - 2] = new Uint8Array();
    }
  } finally {
    await drawing.close();
  }
  return present({
    ...Object.fromEntries(STILL_SCORES.map((name) => [name, stills.of(name)])),
    flicker: ratio(motion.of('flickerMade'), motion.of('flickerTrue')),
    warpingError: ratio(motion.of('warpMade'), motion.of('warpTrue')),
    tOF: motion.of('tOF'),
  });
}

function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}

/** The scores without those that are undefined. */
export function present(scores: Record<string, number | undefined>): Scores {
  return Object.fromEntries(
    Object.entries(scores).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
