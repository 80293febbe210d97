import type { Milli } from '../src/time.ts';
import { launchBrowser } from '../test/flow/browser.ts';
import { startTestServer } from '../test/flow/server.ts';
import { joinCall, openBenchPage, type Probe } from './call-page.ts';

/** One that is made ready at the start, and two that are not. */
const IDENTITIES = ['amara', 'taro', 'duchess'];
const SIZE = 512;

export interface FreshStartFigures {
  readonly identity: string;
  readonly firstFrameMs: Milli;
}

/** A server that was never started before, joined as soon as it says that it is there. */
export async function benchFreshStart(): Promise<FreshStartFigures[]> {
  const browser = await launchBrowser();
  const figures: FreshStartFigures[] = [];
  try {
    for (const identity of IDENTITIES) {
      const server = await startTestServer({ args: ['--size', String(SIZE)] });
      try {
        const page = await openBenchPage(browser, server.url);
        await joinCall(page, server.url, SIZE, identity);
        const shown = await page.waitForFunction(
          () => (globalThis as unknown as Probe).probe.firstFrame,
        );
        figures.push({ identity, firstFrameMs: await shown.jsonValue() });
        await page.close();
      } finally {
        await server.stop();
      }
    }
  } finally {
    await browser.close();
  }
  return figures;
}
