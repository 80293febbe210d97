import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRenderedClip, renderedClipNames } from '../../../bench/quality/rendered-clip.io.ts';
import { paintedFrame, ToldTracker } from './painted-clip.ts';

const card = { frames: 5, side: 8, fps: 30, examples: [0, 3], sequence: [2, 5] };
const face = paintedFrame({});
let folder: string;
async function clip(name: string, changes: Partial<typeof card> = {}, bytes = 5 * 192) {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'clip.json'), JSON.stringify({ ...card, ...changes }));
  await writeFile(join(folder, name, 'frames.rgb'), Buffer.alloc(bytes, 200));
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renders-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a rendered clip', () => {
  it('is its driven frames and the examples it names, one and the same where they coincide', async () => {
    await clip('a');
    const found = (await readRenderedClip(folder, 'a', new ToldTracker(Array(9).fill(face)), 99))!;
    expect(found.frames).toHaveLength(3);
    expect(found.examples).toHaveLength(2);
    expect(found.examples[1]).toBe(found.frames[1]);
    expect(found.frames[0]!.frame.y[0]).toBe(188);
  });

  it('is left out where the face is lost', async () => {
    await clip('lost');
    const tracker = new ToldTracker([face, undefined, face]);
    expect(await readRenderedClip(folder, 'lost', tracker, 99)).toBeUndefined();
  });

  it('is refused by name where card and frames do not fit', async () => {
    await clip('short', {}, 100);
    await clip('nonsense', { sequence: [4, 9] });
    const tracker = new ToldTracker([]);
    await expect(readRenderedClip(folder, 'short', tracker, 99)).rejects.toThrow(/short/);
    await expect(readRenderedClip(folder, 'nonsense', tracker, 99)).rejects.toThrow(/nonsense/);
  });

  it('is not listed while it is being written', async () => {
    await clip('b.part');
    expect(await renderedClipNames(folder)).not.toContain('b.part');
    expect(await renderedClipNames(folder)).toContain('a');
  });
});
