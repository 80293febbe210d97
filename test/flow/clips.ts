import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Feature } from './face-series.ts';

export interface Clip {
  readonly name: string;
  readonly path: string;
  /** Correlation of the far face with the near one from which it is said to do the same. */
  readonly following: Readonly<Record<Feature, number>>;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The actor moves widely: what is lost of that is lost by us. */
const WIDE_MOTION = { mouthOpen: 0.9, yaw: 0.9, pitch: 0.9, roll: 0.9, blink: 0.9 } as const;
/**
 * A real face with quick small motions. In a call beside a browser on two cores that nothing else uses, take for
 * take: mouth 0.86 to 0.93, yaw 0.89 to 0.93, pitch 0.92 to 0.95, roll 0.97; some take loses a tenth to late
 * frames. Blinks 0.82 to 0.90: one that is seen by half shuts an avatar's eye wholly (`lid-range.ts`).
 */
const SMALL_MOTION = { mouthOpen: 0.85, yaw: 0.85, pitch: 0.85, roll: 0.85, blink: 0.8 } as const;

/** The actor that comes with the project: every test can be run with it. */
export const SAMPLE_ACTOR: Clip = {
  name: 'the sample actor',
  path: at('assets/sample-actor.webm'),
  following: WIDE_MOTION,
};

/** A person filmed for real; only where the folder of shared media lies beside the project. */
const REAL_CLIPS: readonly Clip[] = [
  {
    name: 'a talking woman',
    path: at('../shared/media/clips/talking-woman-512.mp4'),
    following: SMALL_MOTION,
  },
];

export const CLIPS: readonly Clip[] = [
  SAMPLE_ACTOR,
  ...REAL_CLIPS.filter(({ path }) => existsSync(path)),
];
