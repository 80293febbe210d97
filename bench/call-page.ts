import type { Browser, Page } from 'playwright-core';
import type { joinAsAvatar, SessionStats } from '../src/client/sdk/index.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { stampBlocks } from '../src/pipeline/stamp.ts';
import type { QualityLevel } from '../src/signaling/session-stats.ts';

/** A page of the server that has the SDK and nothing else to do. */
export async function openBenchPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${url}/?test`);
  await page.waitForFunction(() => 'understudy' in globalThis);
  return page;
}

/** What the measuring page keeps in its global object. */
export interface Probe {
  understudy: { joinAsAvatar: typeof joinAsAvatar };
  probe: {
    camera: MediaStream;
    stamped: Map<number, number>;
    latencies: number[];
    frames: number[];
    added: SessionStats['addedLatencyMs'][];
    fpsIn: number[];
    lipSync: number[];
    levels: QualityLevel[];
    firstFrame: number;
    read(video: HTMLVideoElement): void;
    switchIdentity(identity: string): Promise<void>;
  };
}

/**
 * Sets the page up as a stamped camera and a reader of stamps, which are drawn as stamp.ts says. A
 * picture with its colours inverted is read too: a stamp begins with white.
 */
export async function prepareProbe(page: Page, size: Px): Promise<void> {
  const patterns = Array.from({ length: 1024 }, (_, counter) => stampBlocks(counter));
  await page.evaluate(
    async ({ patterns, size }) => {
      const actor = document.createElement('video');
      Object.assign(actor, { src: '/sample-actor.webm', loop: true, muted: true });
      await actor.play();
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = size;
      const context = canvas.getContext('2d');
      const camera = canvas.captureStream(30);
      const stamped = new Map<number, number>();
      const latencies: number[] = [];
      const frames: number[] = [];
      const known = new Map(
        patterns.map((blocks, counter) => [blocks.map(Number).join(''), counter]),
      );
      let counter = 0;
      const draw = () => {
        if (!context) return;
        counter = (counter + 1) % patterns.length;
        context.drawImage(actor, 0, 0, size, size);
        const blocks = patterns[counter] ?? [];
        for (const [i, white] of blocks.entries()) {
          context.fillStyle = white ? '#fff' : '#000';
          const x = Math.floor((i * size) / blocks.length);
          context.fillRect(x, (size * 15) / 16, Math.ceil(size / blocks.length), size / 16);
        }
        stamped.set(counter, performance.now());
        actor.requestVideoFrameCallback(draw);
      };
      actor.requestVideoFrameCallback(draw);

      const strip = document.createElement('canvas');
      const columns = patterns[0]?.length ?? 0;
      strip.width = columns * 4;
      strip.height = 4;
      const reader = strip.getContext('2d', { willReadFrequently: true });
      const read = (video: HTMLVideoElement) => {
        const onFrame = () => {
          const now = performance.now();
          frames.push(now);
          const { videoWidth: w, videoHeight: h } = video;
          reader?.drawImage(video, 0, (h * 31) / 32, w, h / 64, 0, 0, strip.width, strip.height);
          const pixels = reader?.getImageData(0, 2, strip.width, 1).data ?? [];
          const bits = Array.from({ length: columns }, (_, i) =>
            (pixels[(i * 4 + 2) * 4 + 1] ?? 0) > 127 ? 1 : 0,
          ).join('');
          const upright = bits.startsWith('1')
            ? bits
            : bits.replace(/./g, (bit) => (bit === '1' ? '0' : '1'));
          const seen = known.get(upright);
          const at = seen === undefined ? undefined : stamped.get(seen);
          if (at !== undefined && seen !== undefined) {
            latencies.push(now - at);
            stamped.delete(seen);
          }
          video.requestVideoFrameCallback(onFrame);
        };
        video.requestVideoFrameCallback(onFrame);
      };
      const probe = {
        camera,
        stamped,
        latencies,
        frames,
        added: [],
        fpsIn: [],
        lipSync: [],
        levels: [],
        firstFrame: 0,
        read,
      };
      Object.assign(globalThis, { probe });
    },
    { patterns, size },
  );
}

/** Joins with a stamped camera of the sample actor; the page's probe takes down what comes. */
export async function joinCall(page: Page, url: string, size: Px, identity: string): Promise<void> {
  await prepareProbe(page, size);
  await page.evaluate(
    async ({ url, identity }) => {
      const { probe, understudy } = globalThis as unknown as Probe;
      const start = performance.now();
      const session = await understudy.joinAsAvatar({
        url,
        room: 'bench',
        name: 'Bench',
        identity,
        camera: probe.camera,
        microphone: true,
      });
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = session.stream;
      void video.play();
      video.requestVideoFrameCallback(() => {
        probe.firstFrame = performance.now() - start;
      });
      probe.read(video);
      session.on('stats', ({ server }) => {
        if (!server) return;
        probe.added.push(server.addedLatencyMs);
        probe.fpsIn.push(server.fpsIn);
        probe.levels.push(server.level);
        if (server.lipSyncErrorMs !== null) probe.lipSync.push(server.lipSyncErrorMs);
      });
      probe.switchIdentity = (identity) => session.switchIdentity(identity);
    },
    { url, identity },
  );
}
