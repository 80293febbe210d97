import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENGINE_NAMES } from '../../../src/pipeline/render/engines.ts';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

async function sources(): Promise<{ file: string; text: string }[]> {
  const files = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(SRC, file), 'utf8') })),
  );
}

/** A transform shows the driver: it may run in a measurement's own process, and nowhere else. */
describe('transforms of the camera’s picture', () => {
  it('are out of the product’s reach: nothing under src names a file of the benchmark', async () => {
    const reaching = (await sources()).filter(({ text }) => /bench\/|transform\.worker/.test(text));
    expect(reaching.map(({ file }) => file)).toEqual([]);
  });

  it('are no engine that a server could be told to use', () => {
    expect(ENGINE_NAMES).not.toContain('transform');
  });

  it('need another worker program, which no file under src forks', async () => {
    const forking = (await sources()).filter(({ text }) => /\bforkFile\(/.test(text));
    expect(forking.map(({ file }) => file)).toEqual([join('pipeline', 'worker-process.io.ts')]);
  });
});
