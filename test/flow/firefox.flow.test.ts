import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Caller } from './caller.ts';
import { exchange } from './exchange.ts';
import { findFirefox, launchFirefox } from './firefox.ts';
import { LineUp } from './likeness.ts';
import { startTestServer, type TestServer } from './server.ts';
import { strangers } from './sighting.ts';
import { undisturbed } from './undisturbed.ts';

const SECONDS = 4;
/** Two browsers and a server that start side by side: seconds, but on a machine with much else to do. */
const START_LIMIT_MS = 240_000;
/** Two browsers that draw in software, a server and its worker share two cores: its level may halve the frames. */
const LEAST_FPS = 10;
/** Of the frames that the level does not leave out. */
const LEAST_SHARE = 20 / 30;

const executable = findFirefox();

if (!executable)
  it('a call with Firefox is tried', ({ skip }) => {
    skip('no Firefox on the PATH, nor in FIREFOX_PATH: calls with it were not tried');
  });

describe.runIf(executable)('Firefox and Chromium in one room', () => {
  let server: TestServer;
  let firefox: Browser;
  let chromium: Browser;
  let fox: Caller;
  let kim: Caller;
  const lineUp = new LineUp();

  beforeAll(async () => {
    await lineUp.addBuiltIn();
    server = await startTestServer({ args: ['--size', '256'] });
    [firefox, chromium] = await Promise.all([launchFirefox(executable!), launchBrowser()]);
    const room = 'firefox';
    // Firefox's own camera shows no face, and Chromium's neither: both are driven by the clip.
    fox = await Caller.join(firefox, server.url, {
      room,
      name: 'Fox',
      identity: 'marlow',
      driver: 'sample-actor',
    });
    kim = await Caller.join(chromium, server.url, {
      room,
      name: 'Kim',
      identity: 'ines',
      driver: 'sample-actor',
    });
    await Promise.all([fox.waitForVideo('tile'), kim.waitForVideo('tile')]);
  }, START_LIMIT_MS);

  afterAll(async () => {
    await Promise.all([firefox?.close(), chromium?.close()]);
    await server?.stop();
  });

  it('each sees the other as the identity they picked, and hears them', async () => {
    const heard = [await fox.soundReceived('tile'), await kim.soundReceived('tile')];
    const seenByFox = await fox.identify('tile', SECONDS / 2, lineUp);
    const seenByKim = await kim.identify('tile', SECONDS / 2, lineUp);
    expect(await strangers(seenByFox, ['ines'])).toEqual([]);
    expect(await strangers(seenByKim, ['marlow'])).toEqual([]);
    expect(await fox.soundReceived('tile')).toBeGreaterThan(heard[0]!);
    expect(await kim.soundReceived('tile')).toBeGreaterThan(heard[1]!);
  });

  it('most of the frames that the server draws arrive, both ways', async ({ skip }) => {
    await undisturbed(skip, async () => {
      const both = await Promise.all([exchange(kim, fox, SECONDS), exchange(fox, kim, SECONDS)]);
      for (const [i, { sent, leftOut, shown }] of both.entries()) {
        const to = i === 0 ? 'Firefox' : 'Chromium';
        console.log(
          `to ${to}: ${sent} frames in ${SECONDS} s, ${leftOut} left out, ${shown} shown`,
        );
        expect(shown / SECONDS).toBeGreaterThanOrEqual(LEAST_FPS);
        expect(shown / (sent - leftOut)).toBeGreaterThanOrEqual(LEAST_SHARE);
      }
    });
  });

  it('who leaves in Firefox is gone for the other', async () => {
    await fox.page.getByTestId('leave').click();
    await kim.page.getByTestId('tile').waitFor({ state: 'detached' });
    await fox.page.getByTestId('lobby').waitFor();
  });
});
