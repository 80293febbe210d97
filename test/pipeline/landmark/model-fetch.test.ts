import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/pipeline/landmark/model-archive.ts';
import { fetchModel } from '../../../src/pipeline/landmark/model-fetch.io.ts';
import { type Answer, brokenAnswer, fileAnswer, serve } from './file-server.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3);

let folder: string;
let path: string;
let part: string;
let server: Awaited<ReturnType<typeof serve>> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-'));
  path = join(folder, 'deep', 'model.task');
  part = `${path}.part`;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

const modelAt = (url: string) => ({
  name: 'test',
  about: '',
  licence: 'MIT',
  bytes: bytes.length,
  sha256: sha256(bytes),
  url,
});

async function fetchFrom(answer: Answer, rest: { stallAfter?: number } = {}) {
  server = await serve(answer);
  const progress: number[] = [];
  const outcome = fetchModel({
    model: modelAt(server.url),
    path,
    onProgress: (done) => progress.push(done),
    ...rest,
  });
  return { outcome: await outcome, progress };
}

async function leavePart(content: Uint8Array): Promise<void> {
  await fetchFrom(brokenAnswer(bytes, 10)).catch(() => undefined);
  await server?.close();
  await writeFile(part, content);
}

describe('fetchModel', () => {
  it('fetches a file into a folder that it makes, and tells its progress', async () => {
    const { outcome, progress } = await fetchFrom(fileAnswer(bytes));
    expect(outcome).toBe('fetched');
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await readdir(join(folder, 'deep'))).toEqual(['model.task']);
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('asks for nothing when the right file is there', async () => {
    await fetchFrom(fileAnswer(bytes));
    await server?.close();
    const { outcome } = await fetchFrom(fileAnswer(bytes));
    expect(outcome).toBe('present');
    expect(server?.ranges).toEqual([]);
  });

  it('replaces a damaged file, which stays until the new one is whole', async () => {
    await fetchFrom(fileAnswer(bytes));
    await server?.close();
    await writeFile(path, 'damaged');
    await expect(fetchFrom(brokenAnswer(bytes, 1000))).rejects.toMatchObject({
      code: 'fetch_unreachable',
    });
    expect(await readFile(path, 'utf8')).toBe('damaged');
    await server?.close();
    expect((await fetchFrom(fileAnswer(bytes))).outcome).toBe('fetched');
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
  });

  it('keeps all that came before the connection broke, and goes on there', async () => {
    await expect(fetchFrom(brokenAnswer(bytes, 100_000))).rejects.toMatchObject({
      code: 'fetch_unreachable',
      cause: expect.any(Error),
    });
    const kept = (await readFile(part)).length;
    expect(kept).toBe(100_000);
    await server?.close();
    const { outcome, progress } = await fetchFrom(fileAnswer(bytes));
    expect(outcome).toBe('fetched');
    expect(server?.ranges).toEqual([`bytes=${kept}-`]);
    expect(progress[0]).toBe(kept);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
  });

  it('starts over where the server does not resume', async () => {
    await leavePart(bytes.subarray(0, 5000));
    const whole: Answer = (_, response) => response.writeHead(200).end(bytes);
    expect((await fetchFrom(whole)).outcome).toBe('fetched');
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
  });

  it('starts over, once, where what was kept belongs to another file', async () => {
    await leavePart(new Uint8Array(5000).fill(1));
    expect((await fetchFrom(fileAnswer(bytes))).outcome).toBe('fetched');
    expect(server?.ranges).toEqual(['bytes=5000-', undefined]);
  });

  it('finishes without asking where everything had come but the last step', async () => {
    await leavePart(bytes);
    expect((await fetchFrom(fileAnswer(bytes))).outcome).toBe('fetched');
    expect(server?.ranges).toEqual([]);
  });

  it('ignores a kept part that is too long', async () => {
    await leavePart(new Uint8Array(bytes.length + 1));
    expect((await fetchFrom(fileAnswer(bytes))).outcome).toBe('fetched');
    expect(server?.ranges).toEqual([undefined]);
  });

  it('keeps nothing of a file with another checksum', async () => {
    const other = bytes.slice();
    other[7]! ^= 1;
    await expect(fetchFrom(fileAnswer(other))).rejects.toMatchObject({
      code: 'fetch_checksum',
      value: sha256(other),
      valid: [sha256(bytes)],
    });
    expect(await readdir(join(folder, 'deep'))).toEqual([]);
  });

  it('stops a file that is longer than it should be, and keeps nothing', async () => {
    const endless: Answer = (_, response) =>
      response.writeHead(200).end(Buffer.concat([bytes, bytes]));
    await expect(fetchFrom(endless)).rejects.toMatchObject({ code: 'fetch_checksum' });
    expect(await readdir(join(folder, 'deep'))).toEqual([]);
  });

  it('starts over where the server’s file ends before what was kept', async () => {
    await leavePart(bytes.subarray(0, 5000));
    const answer: Answer = (request, response) => {
      if (request.headers.range !== undefined) response.writeHead(416).end();
      else fileAnswer(bytes)(request, response);
    };
    expect((await fetchFrom(answer)).outcome).toBe('fetched');
  });

  it('says so when the folder cannot be made', async () => {
    await writeFile(join(folder, 'deep'), 'a file where the folder should be');
    await expect(fetchFrom(fileAnswer(bytes))).rejects.toMatchObject({
      code: 'fetch_unwritable',
      value: path,
    });
  });

  it.each([403, 404, 500])('says what a server answered that refuses: %i', async (status) => {
    const refusal: Answer = (_, response) => response.writeHead(status).end('no');
    await expect(fetchFrom(refusal)).rejects.toMatchObject({
      code: 'fetch_refused',
      value: status,
      message: expect.stringContaining(String(status)),
    });
  });

  it('says so when nobody answers', async () => {
    server = await serve(fileAnswer(bytes));
    const { url } = server;
    await server.close();
    await expect(fetchModel({ model: modelAt(url), path })).rejects.toMatchObject({
      code: 'fetch_unreachable',
      message: expect.stringContaining(url),
    });
  });

  it('gives up on a server that falls silent', async () => {
    const silent: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
    };
    await expect(fetchFrom(silent, { stallAfter: 100 })).rejects.toMatchObject({
      code: 'fetch_unreachable',
    });
    expect((await readFile(part)).length).toBe(1000);
  });
});
