import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import type { Radian } from '../../src/pipeline/pose/pose.ts';
import { type ClipFrame, exampleOf } from './clip.ts';
import { type Contender, openDrawing } from './contender.ts';
import { describeFace } from './face-space.ts';
import { Means } from './mean.ts';
import type { Person } from './person.ts';
import { psnr } from './picture-distance.ts';
import { aroundRegion } from './region.ts';
import { present, type Scores } from './reproduction.ts';
import { type Jury, STILL_SCORES, type StillScore, scoreStill } from './still-scores.ts';

/** Where somebody whose only picture looks aside is made to look. */
export const TURNED_TARGETS = ['the other way', 'ahead'] as const;
export type TurnedTarget = (typeof TURNED_TARGETS)[number];

/** Below it a picture shows both cheeks nearly alike, and little is hidden. */
const TURNED: Radian = (10 * Math.PI) / 180;

/** Frames in one pose: by the last, what a network makes of its own last output is what it stays at. */
const SETTLED = 8;

/** A picture that looks aside, the only one that is given, and the true one to draw from it. */
export interface TurnedPair {
  readonly example: ClipFrame;
  readonly truth: ClipFrame;
}

/**
 * The pictures of a person turned farthest to either side, each to be turned to the target: the one of
 * least yaw first. None where there is no picture turned to one of the sides.
 */
export function turnedPairs({ pictures }: Person, target: TurnedTarget): TurnedPair[] {
  const yaws = pictures.map(({ face }) => poseOf(face).head.yaw);
  const [least, most] = [Math.min(...yaws), Math.max(...yaws)];
  if (least > -TURNED || most < TURNED) return [];
  const sides = [pictures[yaws.indexOf(least)]!, pictures[yaws.indexOf(most)]!] as const;
  return sides.map((example, i) => ({
    example,
    truth: target === 'ahead' ? pictures[0]! : sides[1 - i]!,
  }));
}

/**
 * Draws what each pair wants from its one example, as long as a head is held still for, and compares it
 * with the true picture, whose face is also the one that likeness is told by.
 * @param seen is given every drawn picture, valid during the call.
 */
export async function reproduceTurned(
  { pairs, contender }: { pairs: readonly TurnedPair[]; contender: Contender },
  jury: Omit<Jury, 'identity'>,
  seen: (index: number, frame: AvatarFrame) => void,
): Promise<Scores> {
  const stills = new Means<StillScore>();
  const around = new Means<'aroundPsnr'>();
  for (const [i, { example, truth }] of pairs.entries()) {
    const { frame, face } = truth;
    const drawing = await openDrawing(contender, [exampleOf(example)], frame.width);
    try {
      const pose = poseOf(face);
      for (let before = 1; before < SETTLED; before++) await drawing.draw(pose);
      const made = await drawing.draw(pose);
      seen(i, made);
      around.add('aroundPsnr', psnr(made.y, frame.y, aroundRegion(face.points, frame.width)));
      jury.tracker.reset();
      const identity = describeFace(frame, face);
      await scoreStill(made, truth, 0, { ...jury, identity }, stills);
    } finally {
      await drawing.close();
    }
  }
  return present({
    ...Object.fromEntries(STILL_SCORES.map((name) => [name, stills.of(name)])),
    aroundPsnr: around.of('aroundPsnr'),
  });
}
