import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Clip {
  readonly name: string;
  readonly path: string;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

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
