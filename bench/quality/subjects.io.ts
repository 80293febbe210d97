import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { LandmarkModel } from '../../src/pipeline/landmark/face-tracker.ts';
import {
  type Clip,
  type ClipFrame,
  type ClipGroup,
  chooseExamples,
  MOST_EXAMPLES,
  pictureOf,
} from './clip.ts';
import { readClip, type Squaring } from './clip-file.io.ts';
import { ClipMotion } from './clip-motion.ts';
import { fingerprintFile } from './fingerprint.io.ts';
import { exampleHeld, heldToSkin } from './held-clip.ts';
import { readCast, readPortraits } from './person.io.ts';
import type { Person } from './person.ts';
import { readRenderedClip, renderedClipNames } from './rendered-clip.io.ts';

const SIDE = 512;
const ACTOR = fileURLToPath(new URL('../../assets/sample-actor.webm', import.meta.url));

/** A clip that can be loaded; `load` gives undefined for one that cannot be measured. */
export interface ClipSource {
  readonly name: string;
  readonly group: ClipGroup;
  readonly version: string;
  load(): Promise<Clip | undefined>;
}

export interface SubjectFolders {
  readonly media: string;
  readonly renders: string | undefined;
  /** At most so many frames a clip. */
  readonly frames: number;
}

/** The same thing twice is made once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const REAL_CLIPS: readonly { name: string; file: string; squaring: Squaring }[] = [
  { name: 'talking-woman', file: 'talking-woman-512.mp4', squaring: 'crop' },
  { name: 'webcam, squeezed', file: 'webcam-720p.mp4', squaring: 'squeeze' },
  { name: 'webcam, cropped', file: 'webcam-720p.mp4', squaring: 'crop' },
  { name: 'neutral-man', file: 'neutral-man-480.mp4', squaring: 'crop' },
];

/** The same frames, of which those that serve as examples tell what enrolment finds in them. */
async function asEnrolled(
  frames: readonly ClipFrame[],
  { finder }: LandmarkModel,
): Promise<ClipFrame[]> {
  const chosen = new Set(chooseExamples(frames, MOST_EXAMPLES));
  return Promise.all(
    frames.map(async (one) => {
      if (!chosen.has(one)) return one;
      const [found] = await finder.find(pictureOf(one.frame));
      return found ? { ...one, enrolled: found } : one;
    }),
  );
}

/** Every clip there is on this machine: the sample actor always, the others where their files are. */
export async function clipSources(
  { media, renders, frames: most }: SubjectFolders,
  model: LandmarkModel,
): Promise<ClipSource[]> {
  const file = async (
    name: string,
    group: ClipGroup,
    path: string,
    squaring: Squaring,
  ): Promise<ClipSource> => ({
    name,
    group,
    version: `${await fingerprintFile(path)}-${most}-${model.name}`,
    load: once(async () => {
      const read = await readClip(path, model.createTracker(), SIDE, squaring, most);
      const enrolled = await asEnrolled(read, model);
      const frames = enrolled[0] ? heldToSkin(enrolled, enrolled[0]) : [];
      return { name, group, frames, examples: frames, motion: new ClipMotion(frames) };
    }),
  });
  const sources = [await file('sample-actor', 'rendered', ACTOR, 'crop')];
  for (const { name, file: clip, squaring } of REAL_CLIPS) {
    const path = join(media, 'clips', clip);
    if (existsSync(path)) sources.push(await file(name, 'real', path, squaring));
  }
  for (const name of renders === undefined ? [] : await renderedClipNames(renders)) {
    const version = await fingerprintFile(join(renders!, name, 'frames.rgb'));
    sources.push({
      name,
      group: 'rendered',
      version: `${version}-${most}-${model.name}`,
      load: once(async () => {
        const clip = await readRenderedClip(renders!, name, model.createTracker(), most);
        if (!clip) return undefined;
        const examples = await asEnrolled(clip.examples, model);
        // An example that is a frame of the sequence, too, is one and the same: it is not measured.
        const found = clip.frames.map((one) => examples[clip.examples.indexOf(one)] ?? one);
        const frames = heldToSkin(found, examples[0]!);
        const shown = examples.map(
          (one) => frames[found.indexOf(one)] ?? exampleHeld(one, examples[0]!),
        );
        return { ...clip, frames, examples: shown };
      }),
    });
  }
  return sources;
}

/** The clips that move others: one real, one of our own. */
export const DRIVERS: readonly string[] = ['sample-actor', 'talking-woman'];

export interface PersonSource {
  readonly person: Person;
  readonly version: string;
}

/** The built-in identities always, portraits of real and painted people where their files are. */
export async function personSources(
  { media }: SubjectFolders,
  model: LandmarkModel,
): Promise<{ cast: PersonSource[]; portraits: PersonSource[] }> {
  const cast: PersonSource[] = [];
  for (const person of await readCast(model.finder)) {
    const card = join(BUILT_IN_IDENTITIES, person.name, 'identity.json');
    cast.push({ person, version: `${await fingerprintFile(card)}-${model.name}` });
  }
  const portraits: PersonSource[] = [];
  const folder = join(media, 'portraits');
  for (const person of existsSync(folder) ? await readPortraits(folder, model.finder) : []) {
    portraits.push({ person, version: `${basename(folder)}-${model.name}` });
  }
  return { cast, portraits };
}
