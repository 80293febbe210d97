import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnderstudyError } from '../../src/errors.ts';
import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import type { Milli } from '../../src/time.ts';
import { type Clip, type ClipFrame, frameOf } from './clip.ts';
import { ClipMotion } from './clip-motion.ts';

/** What `clip.json` beside `frames.rgb` says; see training/README.md. */
interface RenderedClipCard {
  readonly frames: number;
  readonly side: number;
  readonly fps: number;
  readonly examples: readonly number[];
  readonly sequence: readonly [start: number, end: number];
}

function isCard(card: Partial<RenderedClipCard>): card is RenderedClipCard {
  const { frames, side, fps, examples, sequence } = card;
  const index = (i: unknown) =>
    Number.isInteger(i) && (i as number) >= 0 && (i as number) < frames!;
  return (
    Number.isInteger(frames) &&
    Number.isInteger(side) &&
    (fps ?? 0) > 0 &&
    Array.isArray(examples) &&
    examples.length > 0 &&
    examples.every(index) &&
    Array.isArray(sequence) &&
    index(sequence[0]) &&
    Number.isInteger(sequence[1]) &&
    sequence[1] > sequence[0] &&
    sequence[1] <= frames!
  );
}

/** Names of the finished clips in a folder of renders, sorted. */
export async function renderedClipNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.part'))
    .map(({ name }) => name)
    .sort();
}

/**
 * A clip that our own renderer made: raw RGB frames and a card.
 * @returns undefined where the tracker loses the face: nothing to compare with.
 * @throws UnderstudyError `rendered_clip_invalid`.
 */
export async function readRenderedClip(
  folder: string,
  name: string,
  tracker: FaceTracker,
  most: number,
): Promise<Clip | undefined> {
  const invalid = (why: string, value: unknown) =>
    new UnderstudyError('rendered_clip_invalid', `The clip ${name} ${why}.`, { value });
  const card = JSON.parse(
    await readFile(join(folder, name, 'clip.json'), 'utf8'),
  ) as Partial<RenderedClipCard>;
  if (!isCard(card)) throw invalid('has a card that does not describe a clip', card);
  const { side, fps, examples, sequence } = card;
  await using file = await open(join(folder, name, 'frames.rgb'));
  const bytes = side * side * 3;
  const { size } = await file.stat();
  if (size !== bytes * card.frames) throw invalid('has frames of another size than it says', size);

  const read = async (index: number, at: Milli): Promise<ClipFrame | undefined> => {
    const rgb = Buffer.alloc(bytes);
    await file.read({ buffer: rgb, position: index * bytes });
    const rgba = new Uint8ClampedArray(side * side * 4);
    for (let i = 0; i < side * side; i++) {
      rgba.set([rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!, 255], 4 * i);
    }
    const frame = frameOf({ width: side, height: side, rgba });
    const face = await tracker.track(frame, at);
    return face && { frame, face };
  };
  const frames: ClipFrame[] = [];
  for (let i = sequence[0]; i < Math.min(sequence[1], sequence[0] + most); i++) {
    const frame = await read(i, (i * 1000) / fps);
    if (!frame) return undefined;
    frames.push(frame);
  }
  const shown: ClipFrame[] = [];
  for (const index of examples) {
    const driven = frames[index - sequence[0]];
    if (!driven) tracker.reset();
    const example = driven ?? (await read(index, 0));
    if (example) shown.push(example);
  }
  return shown.length === 0
    ? undefined
    : { name, group: 'rendered', frames, examples: shown, motion: new ClipMotion(frames) };
}
