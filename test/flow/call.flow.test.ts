import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LandmarkModel } from '../../src/pipeline/landmark/face-tracker.ts';
import { launchBrowser } from './browser.ts';
import { Caller } from './caller.ts';
import { writeCameraFile } from './camera-file.ts';
import { CLIPS } from './clips.ts';
import {
  clipSeries,
  describeMotion,
  FEATURES,
  type Feature,
  follow,
  follows,
  openObserver,
  seenSeries,
} from './face-series.ts';
import { LineUp } from './likeness.ts';
import { startTestServer, type TestServer } from './server.ts';

/** Long enough to see several blinks and turns of the head. */
const FILM_SECONDS = 8;

let folder: string;
let server: TestServer;
let observer: LandmarkModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-call-'));
  // The browser codes and decodes beside the server: the small picture leaves it room on two cores.
  server = await startTestServer({ args: ['--size', '256'] });
  observer = await openObserver();
});

afterAll(async () => {
  await server?.stop();
  await observer?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(CLIPS)('two people in one room, one of them played by $name', ({ name, path }) => {
  let browser: Browser;
  let ann: Caller;
  let ben: Caller;

  beforeAll(async () => {
    const camera = join(folder, `${name}.y4m`);
    await writeCameraFile(path, camera);
    // One browser with two people costs less than two; its camera shows both of them the clip.
    browser = await launchBrowser({ camera });
    const room = name.replace(/[^a-z0-9]/g, '-');
    ann = await Caller.join(browser, server.url, {
      room,
      name: 'Ann',
      identity: 'marlow',
      driver: 'camera',
    });
    ben = await Caller.join(browser, server.url, {
      room,
      name: 'Ben',
      identity: 'ines',
      driver: 'camera',
    });
    await Promise.all([ann.waitForVideo('tile'), ben.waitForVideo('tile')]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('each sees the other as the identity they picked, never as themselves', async () => {
    const lineUp = new LineUp();
    await lineUp.addBuiltIn();
    const seenByBen = await ben.identify('tile', 2, lineUp);
    const seenByAnn = await ann.identify('tile', 2, lineUp);
    expect(seenByBen.length).toBeGreaterThan(5);
    expect(seenByAnn.length).toBeGreaterThan(5);
    expect(new Set(seenByBen.map(({ name }) => name))).toEqual(new Set(['marlow']));
    expect(new Set(seenByAnn.map(({ name }) => name))).toEqual(new Set(['ines']));
  });

  it('the identity does what the driver does, at the far end', async () => {
    const { series: near, period } = await clipSeries(path, observer, 4);
    let missed: readonly Feature[] = FEATURES;
    // The machine may be shared: of three films, one must be undisturbed.
    for (let take = 0; take < 3 && missed.length > 0; take++) {
      const film = await ben.film('tile', FILM_SECONDS);
      const start = film[0]?.rtpTime ?? 0;
      // By the time of capture that travels with each frame: when it was painted is another matter.
      // Where in the clip that is, nobody knows: somewhere in the second loop, say.
      const at = (rtpTime: number) => ((rtpTime - start) | 0) / 90 + period;
      const frames = film.map((frame) => ({ ...frame, at: at(frame.rtpTime) }));
      const far = await seenSeries(frames, observer);
      expect(far.yaw.at.length).toBeGreaterThan(film.length * 0.95);
      const found = follow(near, far, { from: -period, to: period });
      missed = FEATURES.filter((feature) => !follows(near, far, { feature, lag: found.lag }));
      console.log(`${name}: ${film.length} frames at a lag of`, found, describeMotion(near));
    }
    expect(missed).toEqual([]);
  });

  it('of 30 frames that the camera sends, at least 27 arrive as the identity', async () => {
    const seconds = 6;
    let share = 0;
    // The machine may be shared: of three spans, one must be undisturbed.
    for (let span = 0; span < 3 && share < 27 / 30; span++) {
      const [sent, received] = await Promise.all([ann.framesSent(), ben.framesReceived('tile')]);
      await ben.page.waitForTimeout(seconds * 1000);
      const [sentBy, receivedBy] = await Promise.all([
        ann.framesSent(),
        ben.framesReceived('tile'),
      ]);
      const frames = sentBy - sent;
      const decoded = receivedBy.decoded - received.decoded;
      const arrived = receivedBy.arrived - received.arrived;
      console.log(`${name}: ${frames} frames sent, ${arrived} arrived, ${decoded} decoded`);
      expect(frames).toBeGreaterThan(5 * seconds);
      share = Math.max(share, decoded / frames);
    }
    expect(share).toBeGreaterThanOrEqual(27 / 30);
  });

  it('the identity is switched in mid-call without a frozen or a foreign frame', async () => {
    const lineUp = new LineUp();
    await lineUp.addBuiltIn();
    const filming = ben.identify('tile', 4, lineUp);
    await ann.page.getByTestId('identity-taro').click();
    const film = await filming;
    const names = film.map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['marlow', 'taro']));
    expect(names.lastIndexOf('marlow')).toBeLessThan(names.indexOf('taro'));
    const gaps = film.slice(1).map((frame, i) => frame.at - (film[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(250);
  });
});
