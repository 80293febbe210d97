import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ClipFrame, exampleOf, pictureOf } from '../bench/quality/clip.ts';
import { encodeWebp } from '../bench/quality/page/picture-encoding.io.ts';
import { stripOf } from '../bench/quality/page/strip.ts';
import { readCast } from '../bench/quality/person.io.ts';
import { FRAME_MS } from '../bench/quality/still-scores.ts';
import { clipSources } from '../bench/quality/subjects.io.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import type { Picture } from '../src/pipeline/picture.ts';
import { Puppeteer } from '../src/pipeline/pose/puppeteer.ts';
import { DEFAULT_ENGINE, type Engine, type Example } from '../src/pipeline/render/engine.ts';
import { openEngine } from '../src/pipeline/render/engines.ts';

const HELP = `node scripts/reenactment-picture.ts [--out docs/images/reenactment.webp] [--frames 0,20,…] [--people amara,marlow,pip,duchess] [--face-model FILE]

The picture that opens the README: the sample actor in the top row, then identities as a call shows
them: relative motion, usual smoothing, the default engine, all their pictures, the mark on.`;

/** At rest, speaking, eyes shut, turned to either side, mouth open, head back. */
const FRAMES = '0,42,84,112,154,182,210,238,252,280';
const CELL = 200;
const SIDE = 512;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/images/reenactment.webp' },
    frames: { type: 'string', default: FRAMES },
    people: { type: 'string', default: 'amara,marlow,pip,duchess' },
    'face-model': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await draw(values.frames.split(',').map(Number), values.people.split(','));

async function draw(frames: readonly number[], people: readonly string[]): Promise<void> {
  const model = await openLandmarkModel(
    {
      faceModelPath: values['face-model'],
      modelsFolder: 'models/cache',
    },
    { person: true },
  );
  const engine = await openEngine(DEFAULT_ENGINE);
  try {
    const most = Math.max(...frames) + 1;
    const [actor] = await clipSources({ media: '', renders: undefined, frames: most }, model);
    const clip = (await actor!.load())!;
    const rows = [frames.map((i) => pictureOf(clip.frames[i]!.frame))];
    const cast = await readCast(model.finder);
    for (const name of people) {
      const pictures = cast.find((person) => person.name === name)!.pictures.map(exampleOf);
      rows.push(await reenacted(engine, pictures, clip.frames, frames));
    }
    await writeFile(values.out, await encodeWebp(stripOf(rows, CELL)));
  } finally {
    await engine.close();
    await model.close();
  }
}

/** The wanted frames of an identity that the driver moves from the first one on. */
async function reenacted(
  engine: Engine,
  examples: readonly Example[],
  driver: readonly ClipFrame[],
  wanted: readonly number[],
): Promise<Picture[]> {
  const identity = await engine.enrol(examples);
  const renderer = await engine.open(identity, { size: SIDE, mark: true });
  const puppeteer = new Puppeteer(engine.neutral(identity), { motion: 'relative' });
  try {
    const pictures: Picture[] = [];
    for (const [i, { face, driver: held = face }] of driver.entries()) {
      const frame = await renderer.render(puppeteer.drive(held, i * FRAME_MS).pose);
      if (wanted.includes(i)) pictures.push(pictureOf(frame));
    }
    return pictures;
  } finally {
    renderer.close();
    await engine.discard(identity);
  }
}
