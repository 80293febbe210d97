import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvatarSession, SessionStats } from '../../src/client/sdk/index.ts';
import { launchBrowser } from './browser.ts';
import { Caller } from './caller.ts';
import { exchange } from './exchange.ts';
import { LineUp } from './likeness.ts';
import { startTestServer, type TestServer } from './server.ts';
import { strangers } from './sighting.ts';
import { undisturbed } from './undisturbed.ts';

let server: TestServer;
let browser: Browser;
let ann: Caller;
let ben: Caller;

beforeAll(async () => {
  server = await startTestServer({ args: ['--size', '256', '--codec-backend', 'wasm'] });
  browser = await launchBrowser();
  const room = 'wasm';
  ann = await Caller.join(browser, server.url, {
    ...{ room, name: 'Ann', identity: 'marlow', driver: 'sample-actor' },
  });
  // Nobody looks at Ben: his few frames leave the codecs to Ann.
  ben = await Caller.join(browser, server.url, {
    ...{ room, name: 'Ben', identity: 'ines', driver: 'camera', maxFps: 5 },
  });
  await ben.waitForVideo('tile');
  await ann.waitUntilDriving();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

function serverStats({ page }: Caller): Promise<SessionStats | null> {
  return page.evaluate(async () => {
    const { understudy } = globalThis as unknown as { understudy: { session: AvatarSession } };
    return (await understudy.session.stats()).server;
  });
}

describe('a call on the WebAssembly codecs', () => {
  it('is what the server says that it runs, VP8 alone both ways', async () => {
    expect(server.output()).toMatch(/Understudy at .*, vp8 \(wasm\), /);
    await expect
      .poll(() => serverStats(ann))
      .toMatchObject({ codecIn: 'vp8', codecOut: 'vp8', avatar: 'live' });
  });

  it('shows the far end the identity, and never anybody else', async () => {
    const lineUp = new LineUp();
    await lineUp.addBuiltIn();
    const seen = await ben.identify('tile', 3, lineUp);
    expect(seen.length).toBeGreaterThan(1);
    expect(await strangers(seen, ['marlow'])).toEqual([]);
  });

  it('of 30 frames that the driver sends, at least 20 arrive, or every second where the server says so', async ({
    skip,
  }) => {
    const seconds = 5;
    await undisturbed(skip, async () => {
      const { sent, leftOut, shown } = await exchange(ann, ben, seconds);
      console.log(
        `wasm: ${sent} frames sent in ${seconds} s, ${leftOut} left out, ${shown} shown`,
        await serverStats(ann),
      );
      expect(sent).toBeGreaterThan(20 * seconds);
      // These codecs are slow: where they are too slow for every frame, its level halves them.
      expect(shown / sent).toBeGreaterThanOrEqual(12 / 30);
      expect(shown / (sent - leftOut)).toBeGreaterThanOrEqual(20 / 30);
    });
  });
});
