import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import type { SeenFrame } from './face-series.ts';
import type { Likeness, LineUp } from './likeness.ts';

/** A frame as the far end showed it, and who is in it. */
export interface Sighting extends SeenFrame {
  readonly name: string;
  /** The two whom it looks most like. */
  readonly nearest: readonly Likeness[];
}

export async function sightingOf(frame: SeenFrame, lineUp: LineUp): Promise<Sighting> {
  const picture = await decodePicture(Buffer.from(frame.jpeg, 'base64'));
  const nearest = lineUp.compare(picture).slice(0, 2);
  return { ...frame, name: lineUp.name(picture), nearest };
}

/**
 * The sightings of anybody else than those expected, as sentences; that of nothing at all is one too. Each such frame is kept in a folder
 * of its own, so that it can be looked at: what it shows decides who was wrong.
 */
export async function strangers(
  sightings: readonly Sighting[],
  expected: readonly string[],
): Promise<string[]> {
  if (sightings.length === 0) return ['not one frame was seen'];
  const strange = sightings.filter(({ name }) => !expected.includes(name));
  if (strange.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'understudy-strangers-'));
  return Promise.all(
    strange.map(async (sighting) => {
      const { name, nearest, jpeg } = sighting;
      const index = sightings.indexOf(sighting);
      const file = join(folder, `${index}-${name}.jpg`);
      await writeFile(file, Buffer.from(jpeg, 'base64'));
      const scores = nearest.map((each) => `${each.name} ${each.distance.toFixed(3)}`).join(', ');
      return `frame ${index} of ${sightings.length} shows ${name} (${scores}): ${file}`;
    }),
  );
}
