import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BUILT_IN_IDENTITIES } from '../src/pipeline/folders.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import type { QualityLevel } from '../src/signaling/session-stats.ts';
import type { Milli } from '../src/time.ts';
import { launchBrowser } from '../test/flow/browser.ts';
import { startTestServer } from '../test/flow/server.ts';
import { joinCall, openBenchPage, type Probe, prepareProbe } from './call-page.ts';
import { enrol } from './enrolment.ts';
import { cpuOf } from './process-cpu.io.ts';

const SECONDS = 20;

export interface CallFigures {
  readonly engine: string;
  readonly size: Px;
  /** As the server is told: `auto` is its default, a frame's time. */
  readonly frameBudget: string;
  readonly seconds: number;
  /** Share of the seconds that ended at each level. */
  readonly levels: Readonly<Partial<Record<QualityLevel, number>>>;
  /** A counter drawn into the camera → the same counter seen on the avatar. */
  readonly glassToGlassMs: { readonly p50: Milli; readonly p95: Milli };
  /** The same counter over a connection of the browser to itself: the floor. */
  readonly loopbackMs: { readonly p50: Milli; readonly p95: Milli };
  readonly serverAddedMs: { readonly p50: Milli; readonly p95: Milli };
  /** Camera frames a second that reached the server, and avatar frames that the page showed. */
  readonly fpsIn: number;
  readonly fpsOut: number;
  /** How far the voice leaves the server out of step with the picture: p95 of each second, median. */
  readonly lipSyncMs: Milli;
  readonly firstFrameMs: Milli;
  /** The longest gap between two frames while the identity was switched. */
  readonly switchGapMs: Milli;
  /** Cores, of the server's processes together. */
  readonly serverCores: number;
  readonly enrolmentMs: Milli;
}

/** One person in a call, measured from inside a page: the real server, a real Chromium. */
export async function benchCall(
  size: Px,
  engine: string,
  frameBudget = 'auto',
): Promise<CallFigures> {
  const picture = ['--size', String(size), '--stamp', 'on', '--engine', engine];
  const server = await startTestServer({ args: [...picture, '--frame-budget', frameBudget] });
  const browser = await launchBrowser();
  try {
    const page = await openBenchPage(browser, server.url);
    const loopbackMs = summary(await loopback(page, size));
    await joinCall(page, server.url, size, 'marlow');
    await page.waitForTimeout(3_000);
    const before = await cpuOf(server.pid);
    const measured = await measure(page, SECONDS);
    const cpu = (await cpuOf(server.pid)) - before;
    const switchGapMs = await switchIdentity(page);
    return {
      engine,
      size,
      frameBudget,
      seconds: SECONDS,
      levels: shares(measured.levels),
      glassToGlassMs: summary(measured.latencies),
      loopbackMs,
      serverAddedMs: {
        p50: quantile(
          measured.added.map(({ p50 }) => p50),
          0.5,
        ),
        p95: quantile(
          measured.added.map(({ p95 }) => p95),
          0.5,
        ),
      },
      fpsIn: quantile(measured.fpsIn, 0.5),
      fpsOut: measured.frames / SECONDS,
      lipSyncMs: quantile(measured.lipSync, 0.5),
      firstFrameMs: measured.firstFrame,
      switchGapMs,
      serverCores: cpu / SECONDS,
      enrolmentMs: await enrolOne(server.url),
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}

const summary = (values: readonly Milli[]) => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
});

function shares(levels: readonly QualityLevel[]): CallFigures['levels'] {
  const found: Partial<Record<QualityLevel, number>> = {};
  for (const level of levels) found[level] = (found[level] ?? 0) + 1 / levels.length;
  return found;
}

/** Glass to glass over a peer connection of the page to itself. */
async function loopback(page: Page, size: Px): Promise<Milli[]> {
  await prepareProbe(page, size);
  return page.evaluate(async () => {
    const { probe } = globalThis as unknown as Probe;
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
    b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
    const video = document.createElement('video');
    video.muted = true;
    b.ontrack = ({ track }) => {
      video.srcObject = new MediaStream([track]);
      void video.play();
    };
    for (const track of probe.camera.getVideoTracks()) a.addTrack(track, probe.camera);
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription as RTCSessionDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription as RTCSessionDescription);
    probe.read(video);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    probe.latencies.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const measured = [...probe.latencies];
    video.srcObject = null;
    a.close();
    b.close();
    return measured;
  });
}

async function measure(page: Page, seconds: number) {
  return page.evaluate(async (seconds) => {
    const { probe } = globalThis as unknown as Probe;
    const { latencies, frames, added, fpsIn, lipSync, levels } = probe;
    for (const list of [latencies, frames, added, fpsIn, lipSync, levels]) list.length = 0;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return {
      latencies: [...probe.latencies],
      frames: probe.frames.length,
      added: [...probe.added],
      fpsIn: [...probe.fpsIn],
      lipSync: [...probe.lipSync],
      levels: [...probe.levels],
      firstFrame: probe.firstFrame,
    };
  }, seconds);
}

/** The first switch loads the identity from disk: the worst case. @returns the longest gap. */
async function switchIdentity(page: Page): Promise<Milli> {
  return page.evaluate(async () => {
    const { probe } = globalThis as unknown as Probe;
    probe.frames.length = 0;
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await wait(500);
    await probe.switchIdentity('taro');
    await wait(500);
    const gaps = probe.frames.slice(1).map((at, i) => at - (probe.frames[i] ?? at));
    return Math.max(...gaps);
  });
}

/** One picture, from the upload to the identity that can be joined with; the second of two. */
async function enrolOne(url: string): Promise<Milli> {
  const picture = await readFile(join(BUILT_IN_IDENTITIES, 'ines', '1.webp'));
  await enrol(url, 'Warm', [picture]);
  return enrol(url, 'Measured', [picture]);
}
