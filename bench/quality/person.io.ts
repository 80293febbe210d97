import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { FaceFinder } from '../../src/pipeline/landmark/face-tracker.ts';
import { EXAMPLE_SIZE } from '../../src/pipeline/render/identity/enrolment.ts';
import { EnrolmentError } from '../../src/pipeline/render/identity/enrolment-check.ts';
import { frameExample, frameFace } from '../../src/pipeline/render/identity/framing.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { type ClipFrame, frameOf } from './clip.ts';
import type { Person } from './person.ts';

/** @throws PictureFileError, EnrolmentError. */
async function readExample(path: string, finder: FaceFinder): Promise<ClipFrame> {
  const picture = await decodePicture(await readFile(path));
  // Unlike enrolment, takes heads turned far: whoever measures wants to know what comes of them.
  const [face] = await finder.find(picture);
  if (!face) throw new EnrolmentError('no_face', `There is no face in ${path}.`, { value: path });
  const example = frameExample(picture, face, frameFace(face), EXAMPLE_SIZE);
  return { frame: frameOf(example.picture), face: example.landmarks };
}

/** The built-in identities, by name. */
export async function readCast(finder: FaceFinder): Promise<Person[]> {
  const people: Person[] = [];
  for (const name of (await readdir(BUILT_IN_IDENTITIES)).sort()) {
    const folder = join(BUILT_IN_IDENTITIES, name);
    const card = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8')) as {
      examples: { file: string }[];
    };
    const pictures: ClipFrame[] = [];
    for (const { file } of card.examples)
      pictures.push(await readExample(join(folder, file), finder));
    people.push({ name, group: 'rendered', pictures });
  }
  return people;
}

/** People of whom a folder has one picture each, by file name. */
export async function readPortraits(folder: string, finder: FaceFinder): Promise<Person[]> {
  const people: Person[] = [];
  for (const file of (await readdir(folder)).sort()) {
    if (!/\.(jpe?g|png|webp)$/i.test(file)) continue;
    const picture = await readExample(join(folder, file), finder);
    people.push({ name: basename(file, extname(file)), group: 'real', pictures: [picture] });
  }
  return people;
}
