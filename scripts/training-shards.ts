import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LandmarkModel } from '../src/pipeline/landmark/face-tracker.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import { FIELDS, type Field } from '../src/pipeline/render/few-shot-vid2vid/field.ts';
import { type Milli, monotonicClock } from '../src/time.ts';
import { openClip } from './training/clip.io.ts';
import { type Shard, shardOf } from './training/shard.ts';

const CELLS = FIELDS.map(({ cells }) => String(cells));

const HELP = `node scripts/training-shards.ts --clips CLIPS --out SHARDS [--cells ${CELLS.join('|')}] [--watch] [--keep] [--face-model FILE]

Turns rendered clips into what the network few-shot-vid2vid learns from, by the product's own
tracker, warp and conditioning. --cells: in a row of the field that the network works on (default
${CELLS[0]}): half the side of the picture that it sees. A clip that is done is deleted, with --keep it stays. With --watch it
goes on with clips that come later, until it is stopped. Several may work on the same folders.`;

/** Between two looks into a folder without finished clips. */
const LOOK_EVERY: Milli = 500;
/** A clip that one of several programs works on bears this behind its name. */
const CLAIMED = '.claimed';
const UNFINISHED = '.part';

const { values } = parseArgs({
  options: {
    clips: { type: 'string' },
    out: { type: 'string' },
    cells: { type: 'string', default: CELLS[0]! },
    watch: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'face-model': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const { clips, out } = values;
const field = FIELDS.find(({ cells }) => String(cells) === values.cells);
if (values.help || !clips || !out || !field) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const model = await openLandmarkModel({ faceModelPath: values['face-model'], modelsFolder: '' });
  try {
    await work(clips, out, model, field);
  } finally {
    await model.close();
  }
}

async function work(clips: string, out: string, model: LandmarkModel, field: Field): Promise<void> {
  await mkdir(out, { recursive: true });
  const seen = { shards: 0, faceless: 0, unreadable: 0 };
  const start = monotonicClock();
  const tried = new Set<string>();
  for (;;) {
    const names = await readdir(clips, { withFileTypes: true });
    const ready = names
      .filter((entry) => entry.isDirectory() && !/\.(part|claimed)$/.test(entry.name))
      .map((entry) => entry.name)
      .filter((name) => !tried.has(name) && !existsSync(join(out, name)))
      .sort();
    for (const name of ready) {
      tried.add(name);
      const result = await claimed(join(clips, name), (folder) =>
        convert(folder, name, out, model, field),
      );
      if (!result) continue;
      seen[result]++;
      const perSecond = seen.shards / ((monotonicClock() - start) / 1000);
      console.log(
        `${name}: ${seen.shards} shards, ${seen.faceless} without a face, ${seen.unreadable} unreadable, ${perSecond.toFixed(2)} clips/s`,
      );
    }
    if (!values.watch) return;
    if (ready.length === 0) await wait(LOOK_EVERY);
  }
}

type Outcome = 'shards' | 'faceless' | 'unreadable';

/** Works on a clip that no other program has; @returns undefined where another was faster. */
async function claimed(
  folder: string,
  task: (folder: string) => Promise<Outcome>,
): Promise<Outcome | undefined> {
  const own = `${folder}${CLAIMED}`;
  try {
    await rename(folder, own);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  const outcome = await task(own);
  if (values.keep) await rename(own, folder);
  else await rm(own, { recursive: true, force: true });
  return outcome;
}

async function convert(
  folder: string,
  name: string,
  out: string,
  model: LandmarkModel,
  field: Field,
): Promise<Outcome> {
  try {
    const clip = await openClip(folder);
    try {
      const shard = await shardOf(clip, model, field);
      if (!shard) return 'faceless';
      await write(shard, join(out, name));
      return 'shards';
    } finally {
      await clip.close();
    }
  } catch (cause) {
    console.error(`${name}:`, cause);
    return 'unreadable';
  }
}

/** The folder appears whole or not at all. */
async function write({ arrays, ...meta }: Shard, folder: string): Promise<void> {
  const draft = `${folder}${UNFINISHED}`;
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'meta.json'), JSON.stringify(meta));
  for (const [file, list] of Object.entries(arrays)) {
    const parts = list.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength));
    await writeFile(join(draft, file), Buffer.concat(parts));
  }
  await rename(draft, folder);
}
