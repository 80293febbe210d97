import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchModels } from '../../src/commands/models.ts';
import { sha256 } from '../../src/pipeline/landmark/model-archive.ts';
import { FACE_LANDMARKERS } from '../../src/pipeline/landmark/model-manifest.ts';
import { fileAnswer, serve } from '../pipeline/landmark/file-server.ts';

const bytes = new TextEncoder().encode('a model');

let folder: string;
let server: Awaited<ReturnType<typeof serve>>;
let lines: string[];
const output = { line: (text: string) => lines.push(text), interactive: false };
const model = (rest: { sha256?: string } = {}) => ({
  name: 'test_model',
  about: '',
  licence: 'MIT',
  bytes: bytes.length,
  sha256: sha256(bytes),
  url: server.url,
  ...rest,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-command-'));
  server = await serve(fileAnswer(bytes));
  lines = [];
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('the models command', () => {
  it('fetches the model to where the server looks for it, and says so', async () => {
    expect(await fetchModels(folder, output, [model()])).toBe(0);
    expect(await readFile(join(folder, 'face_landmarker.task'), 'utf8')).toBe('a model');
    expect(lines.join('\n')).toMatch(/Fetching test_model.*\n.*test_model fetched: .*checked/);
  });

  it('says that it is there already', async () => {
    await fetchModels(folder, output, [model()]);
    lines = [];
    expect(await fetchModels(folder, output, [model()])).toBe(0);
    expect(lines).toEqual([expect.stringContaining('is already there')]);
  });

  it('tells the offline how to do it by hand, and exits with 1', async () => {
    await server.close();
    expect(await fetchModels(folder, output, [model()])).toBe(1);
    const text = lines.join('\n');
    expect(text).toContain('cannot be reached');
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain(join(folder, 'face_landmarker.task'));
    expect(text).toContain('--face-model');
    expect(text).toContain(sha256(bytes));
  });

  it('exits with 1 for a wrong file', async () => {
    expect(await fetchModels(folder, output, [model({ sha256: '0'.repeat(64) })])).toBe(1);
    expect(lines.join('\n')).toContain('another file than expected');
  });

  it('has a whole manifest entry to fetch by default', () => {
    const [first] = FACE_LANDMARKERS;
    expect(first?.url).toMatch(/^https:\/\/.*\.task$/);
    for (const known of FACE_LANDMARKERS) expect(known.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
