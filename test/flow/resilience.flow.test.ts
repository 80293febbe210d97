import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import { decodePicture, encodePng } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { enrol, enrolmentForm } from '../signaling/http/enrolment-form.ts';
import { launchBrowser } from './browser.ts';
import { Caller } from './caller.ts';
import { LineUp } from './likeness.ts';
import { startTestServer, type TestServer } from './server.ts';
import { strangers } from './sighting.ts';

let data: string;
let server: TestServer;
let browser: Browser;
let lineUp: LineUp;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'understudy-resilience-'));
  server = await startTestServer({ data, args: ['--size', '256'] });
  browser = await launchBrowser();
  lineUp = new LineUp();
  await lineUp.addBuiltIn();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(data, { recursive: true, force: true });
});

/** The longest time without a new frame, in milliseconds, the film's start and end included. */
function longestGap(film: readonly { at: number }[]): number {
  return Math.max(...film.slice(1).map(({ at }, i) => at - film[i]!.at));
}

/** An identity that looks like nobody else: Taro, mirrored and turned blue. */
async function enrolBlueTaro(): Promise<{ id: string; deleteToken: string }> {
  const picture = await decodePicture(await readFile(join(BUILT_IN_IDENTITIES, 'taro', '1.webp')));
  const rgba = picture.rgba.map((value, i) =>
    i % 4 === 2 ? 255 : i % 4 === 0 ? value / 3 : value,
  );
  lineUp.add('blue', { ...picture, rgba });
  const png = await encodePng({ ...picture, rgba });
  const consent = { given: true, subject: 'invented-character', statement: 'Invented for a test.' };
  const body = enrolmentForm({
    // A test that is tried again finds the one of before.
    identity: { name: `Blue ${randomUUID()}`, consent },
    pictures: [Uint8Array.from(png)],
  });
  const response = await enrol(server.url, body);
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; deleteToken: string };
}

describe('a call that something happens to', () => {
  it('goes on within two seconds after its pipeline worker was killed, as the same identity', async () => {
    const ann = await Caller.join(browser, server.url, {
      room: 'killed',
      name: 'Ann',
      identity: 'marlow',
      driver: 'sample-actor',
    });
    await ann.waitForVideo('tile-self');
    const filming = ann.identify('tile-self', 6, lineUp);
    const [worker] = await server.workers();
    process.kill(worker!, 'SIGKILL');
    const film = await filming;
    expect(await strangers(film, ['marlow'])).toEqual([]);
    expect(longestGap(film)).toBeLessThan(2_000);
    expect(film.length).toBeGreaterThan(40);
    expect(await server.workers()).not.toContain(worker);
    await ann.close();
  });

  it('stops showing a deleted identity within a second, and says so', async () => {
    const { id, deleteToken } = await enrolBlueTaro();
    const ann = await Caller.join(browser, server.url, {
      room: 'deleted',
      name: 'Ann',
      identity: id,
      driver: 'sample-actor',
    });
    await ann.waitForVideo('tile-self');
    expect(await strangers(await ann.identify('tile-self', 1, lineUp), ['blue'])).toEqual([]);
    const filming = ann.identify('tile-self', 4, lineUp);
    const deleted = await fetch(`${server.url}/api/identities/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${deleteToken}` },
    });
    expect(deleted.status).toBe(204);
    const film = await filming;
    const last = film.findLast(({ name }) => name === 'blue');
    expect((last?.at ?? 0) - film[0]!.at).toBeLessThan(1_000 + 300);
    expect(film.at(-1)?.name).not.toBe('blue');
    await ann.page.getByTestId('toast').first().waitFor();
    const again = await fetch(`${server.url}/api/identities/${id}/picture`);
    expect(again.status).toBe(404);
    await ann.close();
  });

  it('comes back by itself when the server was restarted, and says so meanwhile', async () => {
    const ann = await Caller.join(browser, server.url, {
      room: 'restarted',
      name: 'Ann',
      identity: 'hana',
      driver: 'sample-actor',
    });
    await ann.waitForVideo('tile-self');
    const port = Number(new URL(server.url).port);
    expect(await server.stop()).toBe(0);
    await ann.page.getByTestId('banner').waitFor();
    server = await startTestServer({ data, port, args: ['--size', '256'] });
    await ann.page.waitForFunction(
      () =>
        (globalThis as { understudy?: { session?: { state: string } } }).understudy?.session
          ?.state === 'live',
    );
    const film = await ann.identify('tile-self', 3, lineUp);
    expect(await strangers(film, ['hana'])).toEqual([]);
    await ann.close();
  });
});
