import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Clip {
  readonly name: string;
  readonly path: string;
  /** How well an avatar must be seen to follow it, as a correlation: see {@link follows}. */
  readonly bar: number;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The actor moves widely: what is lost of that is lost by us. */
const WIDE_MOTION = 0.9;
/**
 * A real face with quick small blinks and little turning: in a call that nothing disturbs mouth, pitch and
 * blinks correlate by 0.93 to 0.95; a few late frames among eight seconds cost a tenth.
 */
const SMALL_MOTION = 0.85;

/** The actor that comes with the project: every test can be run with it. */
export const SAMPLE_ACTOR: Clip = {
  name: 'the sample actor',
  path: at('assets/sample-actor.webm'),
  bar: WIDE_MOTION,
};

/** A person filmed for real; only where the folder of shared media lies beside the project. */
const REAL_CLIPS: readonly Clip[] = [
  {
    name: 'a talking woman',
    path: at('../shared/media/clips/talking-woman-512.mp4'),
    bar: SMALL_MOTION,
  },
];

export const CLIPS: readonly Clip[] = [
  SAMPLE_ACTOR,
  ...REAL_CLIPS.filter(({ path }) => existsSync(path)),
];
