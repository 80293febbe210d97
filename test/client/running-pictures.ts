import type { Page } from 'playwright-core';

/** Resolves once every tile shows `count` running pictures. */
export async function picturesRun(page: Page, count: number): Promise<void> {
  await page.waitForFunction((expected) => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>('.tile video')];
    const running = videos.filter(
      ({ videoWidth, currentTime }) => videoWidth > 0 && currentTime > 0,
    );
    return videos.length === expected && running.length === expected;
  }, count);
}
