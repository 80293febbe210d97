import type { LandmarkModel } from '../../src/pipeline/landmark/face-tracker.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { reproducePictures } from './cast-reproduction.ts';
import { type Contender, STATIC } from './contender.ts';
import type { FaceSpace } from './face-space.ts';
import { fingerprintEngine } from './fingerprint.io.ts';
import { momentsOf } from './moments.ts';
import { puppeteer } from './puppetry.ts';
import { CLIP_EXAMPLES } from './quality-options.ts';
import { reproduce, type Scores } from './reproduction.ts';
import type { Row, RowName } from './row.ts';
import type { RowCache, RowPictures } from './row-cache.io.ts';
import type { ClipSource, PersonSource } from './subjects.io.ts';
import { reproduceTurned, TURNED_TARGETS, turnedPairs } from './turned-picture.ts';

/** Pictures are measured with so many: of people there are five. */
const PICTURE_EXAMPLES = [1, 2, 4];
/** Drivers are followed for so many frames: eight seconds. */
const DRIVEN_FRAMES = 240;

/** A row that can be measured. `run` gives undefined where its subject cannot be. */
export interface Measurement {
  readonly name: RowName;
  readonly fingerprint: string;
  run(): Promise<{ row: Row; pictures: RowPictures } | undefined>;
}

export interface MeasurementPorts {
  readonly model: LandmarkModel;
  readonly space: FaceSpace;
  readonly contenders: readonly Contender[];
}

/** Keeps copies of the frames that are asked for. */
class Album {
  readonly #wanted: readonly number[];
  readonly #pictures = new Map<number, RowPictures[number]>();

  constructor(wanted: readonly number[]) {
    this.#wanted = wanted;
  }

  readonly add = (index: number, { width, height, y, u, v }: AvatarFrame): void => {
    if (!this.#wanted.includes(index)) return;
    this.#pictures.set(index, { width, height, y: y.slice(), u: u.slice(), v: v.slice() });
  };

  get pictures(): RowPictures {
    return this.#wanted.flatMap((index) => this.#pictures.get(index) ?? []);
  }
}

function finished(name: RowName, scores: Scores, album: Album) {
  return { row: { ...name, scores }, pictures: album.pictures };
}

/** What a contender's figures depend on beside the subject. */
async function fingerprintOf({ engine, models, efforts }: Contender): Promise<string> {
  const code = await fingerprintEngine(engine?.name, models);
  return efforts ? `${code}-${efforts.join('-')}` : code;
}

/** Everything there is to measure of clips drawn from their own frames. */
export async function reproductions(
  clips: readonly ClipSource[],
  { model, space, contenders }: MeasurementPorts,
): Promise<Measurement[]> {
  const list: Measurement[] = [];
  for (const source of clips) {
    for (const contender of contenders) {
      const code = await fingerprintOf(contender);
      const still = contender === STATIC;
      const runs = CLIP_EXAMPLES.map((examples) => ({ examples, staged: false }));
      for (const { examples, staged } of still
        ? runs.slice(0, 1)
        : [...runs, { examples: 1, staged: true }]) {
        const { tuned } = contender;
        if (tuned && !tuned.has(source.name, examples)) continue;
        const kernels = tuned ? `-${await tuned.version(source.name, examples)}` : '';
        const name: RowName = {
          part: 'reproduction',
          group: source.group,
          subject: source.name,
          contender: contender.name,
          examples,
          staged,
        };
        list.push({
          name,
          fingerprint: `${code}-${source.version}${kernels}`,
          async run() {
            const clip = await source.load();
            if (!clip || clip.examples.length < examples) return undefined;
            const album = new Album(momentsOf(clip.frames));
            const task = { clip, contender, examples, staged };
            const tracker = model.createTracker();
            return finished(name, await reproduce(task, { tracker, space }, album.add), album);
          },
        });
      }
    }
  }
  return list;
}

/** Pictures of people drawn from others of them. */
export async function pictureReproductions(
  people: readonly PersonSource[],
  { model, space, contenders }: MeasurementPorts,
): Promise<Measurement[]> {
  const list: Measurement[] = [];
  for (const { person, version } of people) {
    for (const contender of contenders) {
      if (contender.tuned) continue;
      const code = await fingerprintOf(contender);
      for (const examples of contender === STATIC ? [1] : PICTURE_EXAMPLES) {
        const name: RowName = {
          part: 'pictures',
          group: person.group,
          subject: person.name,
          contender: contender.name,
          examples,
          staged: false,
        };
        list.push({
          name,
          fingerprint: `${code}-${version}`,
          async run() {
            const album = new Album(person.pictures.map((_, i) => i));
            const jury = { tracker: model.createTracker(), space };
            const task = { person, contender, examples };
            return finished(name, await reproducePictures(task, jury, album.add), album);
          },
        });
      }
    }
  }
  return list;
}

/** People drawn from one picture that looks aside, the other way and ahead. */
export async function turnedPictures(
  people: readonly PersonSource[],
  { model, space, contenders }: MeasurementPorts,
): Promise<Measurement[]> {
  const list: Measurement[] = [];
  for (const target of TURNED_TARGETS) {
    for (const { person, version } of people) {
      const pairs = turnedPairs(person, target);
      if (pairs.length === 0) continue;
      for (const contender of contenders) {
        if (contender.tuned) continue;
        const name: RowName = {
          part: 'turned',
          group: person.group,
          subject: person.name,
          target,
          contender: contender.name,
          examples: 1,
          staged: false,
        };
        list.push({
          name,
          fingerprint: `${await fingerprintOf(contender)}-${version}`,
          async run() {
            const album = new Album(pairs.map((_, i) => i));
            const jury = { tracker: model.createTracker(), space };
            return finished(
              name,
              await reproduceTurned({ pairs, contender }, jury, album.add),
              album,
            );
          },
        });
      }
    }
  }
  return list;
}

/** People moved by others. */
export async function puppetries(
  people: readonly PersonSource[],
  drivers: readonly ClipSource[],
  { model, space, contenders }: MeasurementPorts,
): Promise<Measurement[]> {
  const list: Measurement[] = [];
  for (const driver of drivers) {
    for (const { person, version } of people) {
      for (const contender of contenders) {
        if (contender === STATIC || contender.tuned) continue;
        const code = await fingerprintOf(contender);
        const name: RowName = {
          part: 'puppetry',
          group: person.group,
          subject: person.name,
          driver: driver.name,
          contender: contender.name,
          examples: person.pictures.length,
          staged: true,
        };
        list.push({
          name,
          fingerprint: `${code}-${version}-${driver.version}`,
          async run() {
            const whole = await driver.load();
            if (!whole) return undefined;
            const clip = { ...whole, frames: whole.frames.slice(0, DRIVEN_FRAMES) };
            const album = new Album(momentsOf(clip.frames));
            const task = { person, driver: clip, contender };
            const jury = { tracker: model.createTracker(), space };
            return finished(name, await puppeteer(task, jury, album.add), album);
          },
        });
      }
    }
  }
  return list;
}

/** A row as it was kept, else measured and kept. */
export async function measured(
  { name, fingerprint, run }: Measurement,
  cache: RowCache,
): Promise<Row | undefined> {
  const kept = await cache.read(name, fingerprint);
  if (kept) return kept;
  const found = await run();
  if (!found) return undefined;
  await cache.write(found.row, fingerprint, found.pictures);
  return found.row;
}
