import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseExamples, exampleOf } from '../bench/quality/clip.ts';
import { clipSources } from '../bench/quality/subjects.io.ts';
import { examplesHash, tunedName } from '../bench/quality/tuned-set.io.ts';
import { type TuningClip, tuningClips } from '../bench/quality/tuning-clips.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';

const HELP = `node scripts/tuning-clips.ts --out FOLDER [--only TEXT] [--examples 1,4] [--frames 450] [--media FOLDER] [--face-model FILE]

Writes, for each clip that npm run quality measures and each number of examples, the pictures that
fine-tuning for it may see, as clips for scripts/training-shards.ts: FOLDER/clips/NAME/…; and
FOLDER/NAME.examples, which says what they are. --frames is as in the measurement: examples are
chosen among so many. training/few_shot/tuned_set.py does this and what follows.`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string', default: '' },
    examples: { type: 'string', default: '1,4' },
    frames: { type: 'string', default: '450' },
    media: { type: 'string', default: '../shared/media' },
    'face-model': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || !values.out) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  await writeAll(values.out);
}

/** The model beside the media serves where none is named, as in the measurement. */
function faceModel(): string | undefined {
  const beside = join(values.media, '../models/face_landmarker.task');
  return values['face-model'] ?? (existsSync(beside) ? beside : undefined);
}

async function writeAll(out: string): Promise<void> {
  const { media, only } = values;
  const model = await openLandmarkModel({
    faceModelPath: faceModel(),
    modelsFolder: 'models/cache',
  });
  try {
    const folders = { media, renders: undefined, frames: Number(values.frames) };
    const sources = await clipSources(folders, model);
    const actor = await sources.find(({ name }) => name === 'sample-actor')!.load();
    for (const source of sources.filter(({ name }) => name.includes(only))) {
      const clip = await source.load();
      for (const count of clip ? values.examples.split(',').map(Number) : []) {
        const name = tunedName(source.name, count);
        const clips = await tuningClips(clip!, count, actor!.frames);
        await rm(join(out, 'clips', name), { recursive: true, force: true });
        for (const one of clips) await write(join(out, 'clips', name, one.name), one);
        const examples = chooseExamples(clip!.examples, count).map(exampleOf);
        await writeFile(join(out, `${name}.examples`), `${examplesHash(examples)}\n`);
        console.log(name);
      }
    }
  } finally {
    await model.close();
  }
}

/** Appears whole or not at all. */
async function write(folder: string, { pictures, start }: TuningClip): Promise<void> {
  const draft = `${folder}.part`;
  await mkdir(draft, { recursive: true });
  const side = pictures[0]!.width;
  const rgb = pictures.map(({ rgba }) => Buffer.from(rgba.filter((_, i) => i % 4 < 3)));
  await writeFile(join(draft, 'frames.rgb'), Buffer.concat(rgb));
  const frames = pictures.length;
  const card = { frames, side, fps: 30, examples: [0], sequence: [start, frames], seed: 0 };
  await writeFile(join(draft, 'clip.json'), `${JSON.stringify(card)}\n`);
  await rename(draft, folder);
}
