import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, runServer } from '../running-server.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-web-'));
  await mkdir(join(folder, 'web/assets'), { recursive: true });
  await writeFile(join(folder, 'web/index.html'), '<title>Understudy</title>');
  await writeFile(join(folder, 'web/assets/app-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'outside.txt'), 'not for the network');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the web app', () => {
  it('is served, its page asked for anew each time, its assets kept for good', async () => {
    await using server = await runServer(['--web'], { webFolder: join(folder, 'web') });
    const page = await fetch(`${server.url}/?room=x`);
    expect(await page.text()).toContain('Understudy');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const asset = await fetch(`${server.url}/assets/app-1a2b.js`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    const etag = page.headers.get('etag') ?? '';
    const again = await rawRequest(`${server.url}/`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('ends at its folder', async () => {
    await using server = await runServer(['--web'], { webFolder: join(folder, 'web') });
    for (const path of [
      '/../outside.txt',
      '/%2e%2e/outside.txt',
      '/assets/..%2f..%2foutside.txt',
    ]) {
      const { status, body } = await rawRequest(server.url, { path, headers: {} });
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(body, path).not.toContain('not for the network');
    }
  });

  it('can be turned off, and is missed loudly when it is not built', async () => {
    await using off = await runServer(['--no-web'], { webFolder: join(folder, 'web') });
    expect((await fetch(off.url)).status).toBe(404);
    await using unbuilt = await runServer(['--web'], { webFolder: join(folder, 'nowhere') });
    expect((await fetch(unbuilt.url)).status).toBe(404);
    expect(unbuilt.logged.join('')).toContain('npm run build');
  });
});
