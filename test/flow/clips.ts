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

/**
 * What is lost of this much is lost by us. The real clip's head turns by a degree and a half: its yaw, at 0.92 to
 * 0.93, and its blinks, at 0.91 to 0.93 where few frames are late, are the nearest to it.
 */
const FOLLOWING = { mouthOpen: 0.9, yaw: 0.9, pitch: 0.9, roll: 0.9, blink: 0.9 } as const;

/** The actor that comes with the project: every test can be run with it. */
export const SAMPLE_ACTOR: Clip = {
  name: 'the sample actor',
  path: at('assets/sample-actor.webm'),
  following: FOLLOWING,
};

/** A person filmed for real; only where the folder of shared media lies beside the project. */
const REAL_CLIPS: readonly Clip[] = [
  {
    name: 'a talking woman',
    path: at('../shared/media/clips/talking-woman-512.mp4'),
    following: FOLLOWING,
  },
];

export const CLIPS: readonly Clip[] = [
  SAMPLE_ACTOR,
  ...REAL_CLIPS.filter(({ path }) => existsSync(path)),
];
