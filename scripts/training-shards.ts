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
import { type Shard, shardsOf } from './training/shard.ts';

const CELLS = FIELDS.map(({ cells }) => String(cells));

const HELP = `node scripts/training-shards.ts --clips CLIPS --out SHARDS [--cells ${CELLS.join('|')}] [--out … --cells …] [--watch] [--keep] [--face-model FILE]

Turns rendered clips into what the network few-shot-vid2vid learns from, by the product's own
tracker, warp and conditioning. --cells: in a row of the field that the network works on (default
${CELLS[0]}): half the side of the picture that it sees. Named more than once, each --out takes the shards for the
--cells in its place: faces are found, and the warp is drawn, once for all. A clip that is done is deleted, with
--keep it stays. With --watch it goes on with clips that come later, until it is stopped. Several may work on the
same folders.`;

/** Between two looks into a folder without finished clips. */
const LOOK_EVERY: Milli = 500;
/** A clip that one of several programs works on bears this behind its name. */
const CLAIMED = '.claimed';
const UNFINISHED = '.part';

/** Where the shards for one field go. */
interface Destination {
  readonly folder: string;
  readonly field: Field;
}

const { values } = parseArgs({
  options: {
    clips: { type: 'string' },
    out: { type: 'string', multiple: true, default: [] },
    cells: { type: 'string', multiple: true, default: [CELLS[0]!] },
    watch: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'face-model': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const { clips } = values;
const destinations = destinationsOf(values.out, values.cells);
if (values.help || !clips || !destinations) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const model = await openLandmarkModel({ faceModelPath: values['face-model'], modelsFolder: '' });
  try {
    await work(clips, destinations, model);
  } finally {
    await model.close();
  }
}

/** @returns undefined where there is none, or not a known field for each. */
function destinationsOf(
  folders: readonly string[],
  cells: readonly string[],
): Destination[] | undefined {
  if (folders.length === 0 || folders.length !== cells.length) return undefined;
  const found = folders.flatMap((folder, i) =>
    FIELDS.filter((field) => String(field.cells) === cells[i]).map((field) => ({ folder, field })),
  );
  return found.length === folders.length ? found : undefined;
}

async function work(
  clips: string,
  destinations: readonly Destination[],
  model: LandmarkModel,
): Promise<void> {
  for (const { folder } of destinations) await mkdir(folder, { recursive: true });
  const seen = { shards: 0, faceless: 0, unreadable: 0 };
  const start = monotonicClock();
  const tried = new Set<string>();
  for (;;) {
    const names = await readdir(clips, { withFileTypes: true });
    const ready = names
      .filter((entry) => entry.isDirectory() && !/\.(part|claimed)$/.test(entry.name))
      .map((entry) => entry.name)
      .filter((name) => !tried.has(name) && !isDone(name, destinations))
      .sort();
    for (const name of ready) {
      tried.add(name);
      const result = await claimed(join(clips, name), (folder) =>
        convert(folder, name, destinations, model),
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

function isDone(name: string, destinations: readonly Destination[]): boolean {
  return destinations.every(({ folder }) => existsSync(join(folder, name)));
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
  destinations: readonly Destination[],
  model: LandmarkModel,
): Promise<Outcome> {
  try {
    const clip = await openClip(folder);
    try {
      const fields = destinations.map(({ field }) => field);
      const shards = await shardsOf(clip, model, fields);
      if (!shards) return 'faceless';
      for (const [i, shard] of shards.entries()) {
        const to = join(destinations[i]!.folder, name);
        if (!existsSync(to)) await write(shard, to);
      }
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
