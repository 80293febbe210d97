import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { createMediaFile, openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';
import { decodePicture, encodePng } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { resizePicture } from '../../src/pipeline/render/identity/picture-resize.ts';
import { textureOf } from '../pipeline/render/texture-of.ts';

const COMMAND = fileURLToPath(new URL('../../src/commands/render.ts', import.meta.url));
const IDENTITIES = fileURLToPath(new URL('../../assets/identities', import.meta.url));
const SIDE = 512;
const FRAMES = 5;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: string[]): Promise<Run> =>
  new Promise((done) => {
    execFile(process.execPath, [COMMAND, ...args], (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });

let folder: string;
let clip: string;
let portrait: string;

/** A clip of one of our own characters, and its first frame as a picture. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-render-'));
  clip = join(folder, 'clip.webm');
  portrait = join(folder, 'first.png');
  const [character] = (await readdir(IDENTITIES)).sort();
  const stored = await decodePicture(await readFile(join(IDENTITIES, character!, '1.webp')));
  const picture = resizePicture(stored, { width: SIDE, height: SIDE });
  await writeFile(portrait, await encodePng(picture));
  const { texels } = textureOf(picture, SIDE);
  const frame: AvatarFrame = {
    width: SIDE,
    height: SIDE,
    y: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => texels[4 * i]!),
    ...chromaOf(texels),
  };
  const writer = await createMediaFile(
    clip,
    { width: SIDE, height: SIDE, fps: 25 },
    await openCodecs({ prefer: 'auto' }),
  );
  for (let i = 0; i < FRAMES; i++) await writer.write(frame, i * 40);
  await writer.finish();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function chromaOf(texels: Uint8Array) {
  const half = SIDE / 2;
  const at = (i: number, k: number) =>
    texels[(2 * Math.floor(i / half) * SIDE + 2 * (i % half)) * 4 + k]!;
  const plane = (k: number) => Uint8Array.from({ length: half * half }, (_, i) => at(i, k));
  return { u: plane(1), v: plane(2) };
}

async function firstFrame(path: string): Promise<CameraFrame> {
  const reader = await openMediaFile(path, await openCodecs({ prefer: 'auto' }));
  try {
    for await (const { frame } of reader.frames()) return frame;
    throw new RangeError(`${path} has no frames`);
  } finally {
    reader.close();
  }
}

const parts = (output: string) => [
  '--identity',
  portrait,
  '--input',
  clip,
  '--output',
  join(folder, output),
  '--data',
  join(folder, 'data'),
  '--models',
  join(folder, 'models'),
]; // prettier-ignore

describe('npm run render', () => {
  it('makes the same clip and the same report, times apart, from the same input', async () => {
    const made = [];
    for (const name of ['a', 'b']) {
      const report = join(folder, `${name}.json`);
      const done = await run(...parts(`${name}.webm`), '--report', report, '--size', '256');
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(done.stdout).toContain(`${FRAMES} frames`);
      const { frames, ...head } = JSON.parse(await readFile(report, 'utf8'));
      made.push({
        clip: await readFile(join(folder, `${name}.webm`)),
        head,
        frames: frames.map(({ times, ...row }: Record<string, unknown>) => {
          expect(Object.keys(times as object)).toContain('render');
          return row;
        }),
      });
    }
    expect(made[0]!.frames).toHaveLength(FRAMES);
    expect(made[0]!.frames[0]).toMatchObject({ source: 'driven' });
    expect(made[1]).toEqual(made[0]);
  }, 60_000);

  it('reproduces a clip in place from its own first frame, by absolute motion', async () => {
    const report = join(folder, 'place.json');
    const { code } = await run(
      ...parts('place.webm'),
      '--motion',
      'absolute',
      '--no-mark',
      '--report',
      report,
    ); // prettier-ignore
    expect(code).toBe(0);
    const { framing } = JSON.parse(await readFile(report, 'utf8'));
    expect(framing).toEqual({ left: 0, top: 0, side: SIDE });
    const [given, made] = [await firstFrame(clip), await firstFrame(join(folder, 'place.webm'))];
    let sum = 0;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        sum += (given.y[y * given.strideY + x]! - made.y[y * made.strideY + x]!) ** 2;
      }
    }
    expect(10 * Math.log10((255 ** 2 * SIDE ** 2) / sum)).toBeGreaterThan(30);
  }, 60_000);

  it('explains itself', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--identity');
  });

  it('says in one sentence what is wrong, and leaves nothing half made', async () => {
    const before = await readdir(folder);
    const missing = await run(...parts('x.webm'), '--input', join(folder, 'none.mp4'));
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    const unknown = await run(...parts('x.webm').with(1, 'nobody-by-this-name'));
    expect(unknown.code).toBe(1);
    expect(await run('--size', '3')).toMatchObject({ code: 2, stdout: '' });
    expect((await readdir(folder)).filter((name) => name !== 'data')).toEqual(
      before.filter((name) => name !== 'data'),
    );
  }, 60_000);
});
