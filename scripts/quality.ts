import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { stripFor } from '../bench/quality/album.io.ts';
import { type Contender, STATIC } from '../bench/quality/contender.ts';
import { describeFace, FaceSpace } from '../bench/quality/face-space.ts';
import {
  type Measurement,
  measured,
  pictureReproductions,
  puppetries,
  reproductions,
  turnedPictures,
} from '../bench/quality/measurement.io.ts';
import { renewPage, type Strip } from '../bench/quality/page/quality-page.io.ts';
import {
  picturesTable,
  puppetryTable,
  reproductionTable,
  turnedTable,
} from '../bench/quality/page/tables.ts';
import {
  levelRow,
  type MeasuredLevel,
  type ModelVariant,
  QUALITY_USAGE,
  type QualityOptions,
  readQualityOptions,
  TUNED,
} from '../bench/quality/quality-options.ts';
import { type Recognition, recognition } from '../bench/quality/recognition.ts';
import { type Row, rowTitle } from '../bench/quality/row.ts';
import { RowCache } from '../bench/quality/row-cache.io.ts';
import {
  type ClipSource,
  clipSources,
  DRIVERS,
  type PersonSource,
  personSources,
} from '../bench/quality/subjects.io.ts';
import { TunedSet } from '../bench/quality/tuned-set.io.ts';
import { turnedStrip } from '../bench/quality/turned-strip.io.ts';
import { UnderstudyError } from '../src/errors.ts';
import { ladderOf } from '../src/pipeline/budget/quality-level.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import { RENDER_EFFORTS } from '../src/pipeline/render/engine.ts';
import { FEW_SHOT_LOCATION, offeredEngines, openEngine } from '../src/pipeline/render/engines.ts';
import { encodePng } from '../src/pipeline/render/identity/picture-file.io.ts';

/** Of the cast, those whose pictures the page shows: lifelike, painted and cartoon. */
const SHOWN_CAST = ['amara', 'duchess', 'osei', 'pip'];
/** Of the cast, those shown turned: light and dark skin, full hair, beards, a lock that hangs, a painting. */
const SHOWN_TURNED = ['amara', 'duchess', 'marlow', 'osei', 'priya'];
/** Of a clip's rows, those that its strip shows, lest a page be all faces. */
const SHOWN_EXAMPLES = [1, 4];
const CHOICES = [STATIC.name, ...offeredEngines()];

async function contenderOf(name: string): Promise<Contender> {
  if (name === STATIC.name) return STATIC;
  const engine = await openEngine(name);
  return name === 'warp' ? { name, engine } : { name, engine, models: FEW_SHOT_LOCATION.folder };
}

async function variantOf({ name, folder }: ModelVariant): Promise<Contender> {
  const engine = await openEngine('few-shot-vid2vid', { fewShotModel: { folder } });
  return { name, engine, models: folder };
}

async function levelContender(level: MeasuredLevel, variant?: ModelVariant): Promise<Contender> {
  const { engine, models } = await (variant ? variantOf(variant) : contenderOf('few-shot-vid2vid'));
  const { turns } = ladderOf(RENDER_EFFORTS).find((rung) => rung.level === level)!;
  return { name: levelRow(level, variant?.name), engine: engine!, models: models!, efforts: turns };
}

async function tunedContender(folder: string): Promise<Contender> {
  const tuned = await TunedSet.open(folder);
  const { derivedFolder } = tuned;
  const engine = await openEngine('few-shot-vid2vid', { derivedFolder });
  return { name: TUNED, engine, models: FEW_SHOT_LOCATION.folder, tuned };
}

/** The average of the cast is the middle of the face space; pictures of one person test it. */
function faceSpaceOf(cast: readonly PersonSource[]): { space: FaceSpace; known: Recognition } {
  const people = cast.map(({ person }) =>
    person.pictures.flatMap(({ frame, face }) => describeFace(frame, face) ?? []),
  );
  const space = new FaceSpace(people.flatMap((faces) => faces.slice(0, 1)));
  return { space, known: recognition(space, people) };
}

async function run(options: QualityOptions): Promise<void> {
  const model = await openLandmarkModel(
    {
      faceModelPath: options.faceModel,
      modelsFolder: options.models,
    },
    { person: true },
  );
  const contenders: Contender[] = [];
  try {
    for (const name of options.engines) contenders.push(await contenderOf(name));
    for (const variant of options.variants) contenders.push(await variantOf(variant));
    for (const variant of [undefined, ...options.variants]) {
      for (const level of options.levels) contenders.push(await levelContender(level, variant));
    }
    if (options.tuned !== undefined) contenders.push(await tunedContender(options.tuned));
    const clips = await clipSources(options, model);
    const { cast, portraits } = await personSources(options, model);
    const { space, known } = faceSpaceOf(cast);
    const ports = { model, space, contenders };
    const drivers = clips.filter(({ name }) => DRIVERS.includes(name));
    const all = {
      reproduction: () => reproductions(clips, ports),
      pictures: () => pictureReproductions(cast, ports),
      turned: () => turnedPictures(cast, ports),
      puppetry: () => puppetries([...portraits, ...cast], drivers, ports),
    };
    const lists = await Promise.all(options.parts.map((part) => all[part]()));
    const wanted = lists
      .flat()
      .filter(({ name }) => `${name.subject} ${name.driver ?? ''}`.includes(options.only))
      .filter(
        ({ name: { part, examples } }) =>
          part === 'turned' || part === 'puppetry' || options.examples.includes(examples),
      );
    const cache = new RowCache(options.cache);
    const rows = await measureAll(wanted, cache);
    for (const table of [reproductionTable, picturesTable, turnedTable, puppetryTable])
      console.log(`${table(rows)}\n`);
    if (options.json) {
      const report = { landmarks: model.name, recognition: known, rows };
      await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    }
    if (!options.strips && !options.page) return;
    const strips = await stripsOf(wanted, cache, clips, cast);
    if (options.strips) {
      await mkdir(options.strips, { recursive: true });
      for (const { name, picture } of strips.map(({ strip }) => strip)) {
        await writeFile(join(options.strips, `${name}.png`), await encodePng(picture));
      }
    }
    if (options.page) {
      const ours = strips.flatMap(({ strip, publishable }) => (publishable ? [strip] : []));
      await renewPage(options.page, rows, known, ours);
    }
  } finally {
    await model.close();
    for (const { engine } of contenders) await engine?.close();
  }
}

async function measureAll(wanted: readonly Measurement[], cache: RowCache): Promise<Row[]> {
  const bar = new SingleBar({
    stream: process.stderr,
    format: 'Measuring {bar} {value}/{total} rows · {eta_formatted} left · {row}',
  });
  bar.start(wanted.length, 0, { row: '' });
  const rows: Row[] = [];
  try {
    for (const [done, measurement] of wanted.entries()) {
      bar.update(done, { row: rowTitle(measurement.name) });
      const row = await measured(measurement, cache);
      if (row) rows.push(row);
    }
    bar.update(wanted.length, { row: '' });
  } finally {
    bar.stop();
  }
  return rows;
}

/** A strip a subject, and one of turned pictures. None is published that shows a real clip or portrait. */
async function stripsOf(
  wanted: readonly Measurement[],
  cache: RowCache,
  clips: readonly ClipSource[],
  cast: readonly PersonSource[],
): Promise<{ strip: Strip; publishable: boolean }[]> {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of wanted) {
    const { part, subject, driver, staged, examples } = measurement.name;
    if (part === 'turned') continue;
    if (part === 'reproduction' && (staged || !SHOWN_EXAMPLES.includes(examples))) continue;
    const key = `${part} ${subject} ${driver ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  const strips: { strip: Strip; publishable: boolean }[] = [];
  for (const group of groups.values()) {
    const { subject, driver, group: origin } = group[0]!.name;
    const clip = clips.find(({ name }) => name === (driver ?? subject));
    const person = cast.find(({ person }) => person.name === subject);
    const strip = await stripFor(group, cache, { clip, person });
    const publishable =
      origin === 'rendered' &&
      clip?.group === 'rendered' &&
      (driver === undefined || SHOWN_CAST.includes(subject));
    if (strip) strips.push({ strip, publishable });
  }
  const turned = wanted.filter(
    ({ name }) => name.part === 'turned' && SHOWN_TURNED.includes(name.subject),
  );
  const strip = await turnedStrip(turned, cache, cast);
  if (strip) strips.push({ strip, publishable: true });
  return strips;
}

async function main(): Promise<number> {
  try {
    const invocation = readQualityOptions(process.argv.slice(2), CHOICES);
    if (invocation.kind === 'help') console.log(QUALITY_USAGE);
    else await run(withFaceModel(invocation.options));
    return 0;
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    console.error(error.message);
    return error.code === 'invalid_arguments' ? 2 : 1;
  }
}

/** The model beside the media serves where none is named: gaze needs the irises that it has. */
function withFaceModel(options: QualityOptions): QualityOptions {
  const beside = join(options.media, '../models/face_landmarker.task');
  if (options.faceModel !== undefined || !existsSync(beside)) return options;
  return { ...options, faceModel: beside };
}

if (import.meta.main) process.exitCode = await main();
