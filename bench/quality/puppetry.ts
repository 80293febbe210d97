import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import { Puppeteer } from '../../src/pipeline/pose/puppeteer.ts';
import { measureFace } from '../../src/pipeline/render/warp/face-features.ts';
import { type Clip, exampleOf } from './clip.ts';
import { motionBetween, motionPoints } from './clip-motion.ts';
import { type Contender, openDrawing } from './contender.ts';
import { following } from './correlation.ts';
import { describeFace, type FaceSpace } from './face-space.ts';
import { Means } from './mean.ts';
import { warpingError } from './optical-flow.ts';
import type { Person } from './person.ts';
import { tremor } from './picture-distance.ts';
import { faceRegion } from './region.ts';
import { present, type Scores } from './reproduction.ts';
import { FRAME_MS } from './still-scores.ts';

/** Smoothing lags by less than this many frames. */
const MOST_LAG = 5;
/** The calibration of the first frames is no matter of the engine: the identity is judged from here on. */
const SETTLED = 15;
/** Every so many frames the identity is looked at. */
const IDENTITY_STEP = 10;

/** What is read from a face, and how much of it (standard deviation) is motion rather than a tracker's noise. */
const READINGS = {
  yaw: { kind: 'pose', least: 0.02 },
  pitch: { kind: 'pose', least: 0.02 },
  roll: { kind: 'pose', least: 0.02 },
  mouthOpen: { kind: 'expression', least: 0.01 },
  mouthWide: { kind: 'expression', least: 0.015 },
  blink: { kind: 'expression', least: 0.008 },
  brows: { kind: 'expression', least: 0.008 },
  gazeX: { kind: 'gaze', least: 0.06 },
  gazeY: { kind: 'gaze', least: 0.06 },
} as const;
type Reading = keyof typeof READINGS;
const READING_NAMES = Object.keys(READINGS) as Reading[];

function read(face: FaceLandmarks): Record<Reading, number> {
  const { head, expression } = poseOf(face);
  const { mouthOpen, mouthWide, eyeOpenLeft, eyeOpenRight, browRaise } = measureFace(face.points);
  const gaze = face.count === 478 ? expression : { gazeX: Number.NaN, gazeY: Number.NaN };
  return {
    yaw: head.yaw,
    pitch: head.pitch,
    roll: head.roll,
    mouthOpen,
    mouthWide,
    blink: (eyeOpenLeft + eyeOpenRight) / 2,
    brows: browRaise,
    gazeX: gaze.gazeX,
    gazeY: gaze.gazeY,
  };
}

function deviation(list: readonly number[]): number {
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
}

/**
 * Moves a person by a clip's face as in a call (relative motion, usual smoothing), tracks what was
 * drawn, and tells how well it follows, how it trembles and whether it is still that person.
 * @param seen is given every drawn frame, valid during the call.
 */
export async function puppeteer(
  { person, driver, contender }: { person: Person; driver: Clip; contender: Contender },
  { tracker, space }: { tracker: FaceTracker; space: FaceSpace },
  seen: (index: number, frame: AvatarFrame) => void,
): Promise<Scores> {
  const rest = person.pictures[0]!;
  const side = rest.frame.width;
  const drawing = await openDrawing(contender, person.pictures.map(exampleOf), side);
  const player = drawing.neutral && new Puppeteer(drawing.neutral, { motion: 'relative' });
  const identity = describeFace(rest.frame, rest.face);
  const near = new Map<Reading, number[]>(READING_NAMES.map((name) => [name, []]));
  const far = new Map<Reading, number[]>(READING_NAMES.map((name) => [name, []]));
  const means = new Means<'identity' | 'lost' | 'made' | 'driver' | 'warpingError'>();
  const past: { luma: Uint8Array; face: FaceLandmarks | undefined }[] = [];
  try {
    for (const [i, { frame, face, driver: driven = face }] of driver.frames.entries()) {
      const pose = player?.drive(driven, i * FRAME_MS).pose ?? poseOf(rest.face);
      const made = await drawing.draw(pose);
      seen(i, made);
      const drawn = { ...rest.frame, y: made.y.slice(), u: made.u.slice(), v: made.v.slice() };
      const again = await tracker.track(drawn, i * FRAME_MS);
      past.push({ luma: drawn.y, face: again });
      means.add('lost', again ? 0 : 1);
      const [wanted, found] = [read(face), again && read(again)];
      for (const name of READING_NAMES) {
        near.get(name)!.push(wanted[name]);
        far.get(name)!.push(found?.[name] ?? Number.NaN);
      }
      if (again && identity && i >= SETTLED && i % IDENTITY_STEP === 0) {
        const descriptor = describeFace(drawn, again);
        if (descriptor) means.add('identity', space.similarity(descriptor, identity));
      }
      const [before, earlier] = [past[i - 1], past[i - 2]];
      if (again && before?.face && earlier) {
        const own = driver.frames;
        means.add(
          'made',
          tremor(earlier.luma, before.luma, drawn.y, faceRegion(again.points, side)),
        );
        means.add(
          'driver',
          tremor(
            own[i - 2]!.frame.y,
            own[i - 1]!.frame.y,
            frame.y,
            faceRegion(face.points, frame.width),
          ),
        );
        const { points, flow } = motionBetween(
          before.luma,
          drawn.y,
          side,
          motionPoints(before.face.points, side),
        );
        means.add('warpingError', warpingError(before.luma, drawn.y, side, points, flow));
      }
      if (i > 1) past[i - 2] = { luma: new Uint8Array(), face: undefined };
    }
  } finally {
    await drawing.close();
  }
  const follows = new Means<Reading | 'pose' | 'expression' | 'gaze'>();
  for (const name of READING_NAMES) {
    const series = near.get(name)!;
    // What hardly moves cannot be followed.
    if (!(deviation(series) > READINGS[name].least)) continue;
    const value = following(series, far.get(name)!, MOST_LAG);
    follows.add(name, value);
    follows.add(READINGS[name].kind, value);
  }
  const [made, own] = [means.of('made'), means.of('driver')];
  return present({
    ...Object.fromEntries(
      [...READING_NAMES, 'pose', 'expression', 'gaze'].map((name) => [
        name,
        follows.of(name as Reading),
      ]),
    ),
    flicker: made !== undefined && own ? made / own : undefined,
    warpingError: means.of('warpingError'),
    identity: means.of('identity'),
    lost: means.of('lost'),
  });
}
