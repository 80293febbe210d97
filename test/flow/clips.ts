import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Clip {
  readonly name: string;
  readonly path: string;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Of the frames sent, those that must be shown before what is lost is lost by the picture alone. */
const WHOLE_FILM = 0.95;

/**
 * Correlation of the far face with the near one, in every feature, from which it is said to do the
 * same. The real clip's head turns by a degree and a half: its yaw, at 0.92 to 0.93, and its blinks,
 * at 0.91 to 0.93, are the nearest to it. A blink lasts four frames: where a machine is too slow to
 * draw every frame some of them are missing, and blinks were seen at 0.83 to 0.89.
 *
 * @param shown of the frames sent, those that the far end showed, as a share
 */
export const followingBar = (shown: number) => (shown > WHOLE_FILM ? 0.9 : 0.75);

/** The actor that comes with the project: every test can be run with it. */
export const SAMPLE_ACTOR: Clip = {
  name: 'the sample actor',
  path: at('assets/sample-actor.webm'),
};

/** A person filmed for real; only where the folder of shared media lies beside the project. */
const REAL_CLIPS: readonly Clip[] = [
  {
    name: 'a talking woman',
    path: at('../shared/media/clips/talking-woman-512.mp4'),
  },
];

export const CLIPS: readonly Clip[] = [
  SAMPLE_ACTOR,
  ...REAL_CLIPS.filter(({ path }) => existsSync(path)),
];
