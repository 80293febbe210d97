import { type Codecs, openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec } from '../src/pipeline/decode/video-decoder.ts';
import type { Px } from '../src/pipeline/picture.ts';
import type { BitsPerSecond } from '../src/pipeline/transmit/video-encoder.ts';
import type { Seconds } from '../src/time.ts';
import { launchBrowser } from '../test/flow/browser.ts';
import { startTestServer } from '../test/flow/server.ts';
import { type Affinity, pinClient } from './aiortc/affinity.io.ts';
import {
  type BrowserFigures,
  type BrowserSample,
  browserFigures,
  callInBrowser,
} from './aiortc/browser-call.io.ts';
import { Caller } from './aiortc/caller.io.ts';
import { commandOf, findPython } from './aiortc/contender.io.ts';
import { type Contender, contendersIn } from './aiortc/contender.ts';
import { carried, figuresOf, type Span, type TransformFigures } from './aiortc/figures.ts';
import { PeerProcess } from './aiortc/peer-process.io.ts';
import { mostHeld, nextSessions, type SearchStep } from './aiortc/session-search.ts';
import { type StampedClip, stampedClip } from './aiortc/stamped-clip.io.ts';
import { TRANSFORMS, type Transform } from './aiortc/transform.ts';
import { openBenchPage } from './call-page.ts';

const CLIP_FRAMES = 240;
/** Camera and answer alike; both within what aiortc's encoder accepts (250 to 1500 kbit/s). */
const BITRATES: ReadonlyMap<Px, BitsPerSecond> = new Map([
  [256, 500_000],
  [512, 1_000_000],
]);
/**
 * In which JavaScript is compiled, by some thousands of frames: a server runs for longer than a measurement, and a
 * frame takes it a fifth less after a minute. The others are the same at once.
 */
const WARM_UP = { sessions: 8, duration: 8 } as const;
/** In which encoders find their rate. */
const SETTLE: Seconds = 2;
const MEASURE: Seconds = 4;
/** Every contender in turn, so often: what the machine does meanwhile meets all of them. */
const ROUNDS = 2;
const BROWSER_ROUNDS = 1;
/** More sessions than these one core of load client cannot drive. */
const MOST_SESSIONS = 48;
/** Phases of cameras that know nothing of each other: the golden ratio spreads any number of them. */
const SPREAD = 0.618;
/** Those of which the most sessions are looked for: the others are there for what a frame costs. */
const SEARCHED: readonly Contender[] = ['understudy', 'aiortc', 'aiortc, matched encoder'];

/** Those that a page calls too. */
const BROWSED: readonly Contender[] = ['understudy', 'aiortc'];

/** One contender doing one transform. */
export interface TransformRow {
  /** Of the camera and of what comes back. */
  readonly codec: VideoCodec;
  readonly size: Px;
  readonly transform: Transform;
  readonly peer: Contender;
  readonly version: string;
  /** One session, over all rounds. */
  readonly alone: TransformFigures;
  /** The most sessions that one core carried; null where not looked for, or none. */
  readonly most: TransformFigures | null;
  /** One session of a Chromium page on the same cores, glass to glass; null where not measured. */
  readonly inBrowser: BrowserFigures | null;
  readonly bitrate: BitsPerSecond;
  /** Whether the peer had a core of its own, and no more than that. */
  readonly pinned: boolean;
}

/** Why nothing was measured, and what to do about it. */
export interface TransformsSkipped {
  readonly skipped: string;
}

/** Side by side: picture transforms on this transport and on aiortc, driven by one load client. */
export async function benchAiortc(
  sizes: readonly Px[],
  wanted: readonly VideoCodec[],
  given: string | undefined,
): Promise<readonly (TransformRow | TransformsSkipped)[]> {
  const found = await findPython(given);
  if ('absence' in found) return [{ skipped: found.absence }];
  const codecs = await openCodecs({ prefer: 'auto' });
  const rows: TransformRow[] = [];
  const skipped: TransformsSkipped[] = [];
  const affinity = await pinClient();
  try {
    for (const codec of wanted) {
      if (!codecs.codecs.includes(codec)) {
        skipped.push({ skipped: `${codec} cannot be coded here: ${codecs.nativeAbsence}` });
        continue;
      }
      for (const size of sizes) {
        const bitrate = BITRATES.get(size);
        if (bitrate === undefined) continue;
        const clip = await stampedClip(codecs, { codec, size, frames: CLIP_FRAMES, bitrate });
        rows.push(...(await compare(clip, codecs, affinity, { codec, size, bitrate, ...found })));
      }
    }
  } finally {
    await affinity.restore();
  }
  try {
    return [...(await browse(rows, found.python)), ...skipped];
  } catch (cause) {
    console.error(`not from a browser: ${cause instanceof Error ? cause.message : cause}`);
    return [...rows, ...skipped];
  }
}

/** The same once more from a page, beside the peers on all cores: it needs more than one itself. */
async function browse(rows: readonly TransformRow[], python: string): Promise<TransformRow[]> {
  const called = rows.filter(({ peer }) => BROWSED.includes(peer));
  const samples = new Map<TransformRow, BrowserSample[]>(called.map((row) => [row, []]));
  const browser = await launchBrowser();
  const server = await startTestServer();
  try {
    for (let round = 0; round < BROWSER_ROUNDS; round++)
      for (const row of called) {
        const peer = await PeerProcess.start(commandOf(row.peer, { ...row, python }));
        const page = await openBenchPage(browser, server.url);
        try {
          const { transform, codec, size } = row;
          const call = { session: `page-${++calls}`, transform, codec, size };
          samples.get(row)?.push(await callInBrowser(page, peer, call));
        } finally {
          await page.context().close();
          await peer.stop();
        }
      }
  } finally {
    await browser.close();
    await server.stop();
  }
  return rows.map((row) => {
    const seen = samples.get(row);
    return seen ? { ...row, inBrowser: browserFigures(seen) } : row;
  });
}

/** A contender that runs, and who calls it. */
interface Entrant {
  readonly contender: Contender;
  readonly peer: PeerProcess;
}

async function compare(
  clip: StampedClip,
  codecs: Codecs,
  affinity: Affinity,
  settings: { codec: VideoCodec; size: Px; bitrate: BitsPerSecond; python: string },
): Promise<TransformRow[]> {
  const { codec, size, bitrate } = settings;
  const entrants: Entrant[] = [];
  try {
    for (const contender of contendersIn(codec, codecs)) {
      const command = affinity.peer(commandOf(contender, settings));
      entrants.push({ contender, peer: await PeerProcess.start(command) });
    }
    const rows: TransformRow[] = [];
    for (const { contender, peer } of entrants) {
      const { sessions, duration } =
        contender === 'understudy' ? WARM_UP : { sessions: 1, duration: MEASURE };
      await span(peer, sessions, { transform: 'invert', clip, codecs }, duration);
    }
    const before = new Map<Contender, number>();
    for (const transform of TRANSFORMS) {
      const work = { transform, clip, codecs };
      const alone = await takeTurns(entrants, work);
      const guess = (contender: Contender) =>
        before.get(contender) ?? 1 / (alone.get(contender)?.coresPerSession || 1);
      const most = await searchMost(entrants, guess, work);
      for (const [contender, { sessions }] of most) before.set(contender, sessions);
      for (const { contender, peer } of entrants) {
        rows.push({
          codec,
          size,
          transform,
          peer: contender,
          version: peer.version,
          alone: alone.get(contender)!,
          most: most.get(contender) ?? null,
          inBrowser: null,
          bitrate,
          pinned: affinity.pinned,
        });
      }
    }
    return rows;
  } finally {
    await Promise.all(entrants.map(({ peer }) => peer.stop()));
  }
}

interface Work {
  readonly transform: Transform;
  readonly clip: StampedClip;
  readonly codecs: Codecs;
}

/** One session each, contender after contender, several times over. */
async function takeTurns(
  entrants: readonly Entrant[],
  work: Work,
): Promise<Map<Contender, TransformFigures>> {
  const spans = new Map<Contender, Span[]>(entrants.map(({ contender }) => [contender, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const { contender, peer } of entrants)
      spans.get(contender)?.push(await span(peer, 1, work));
  return new Map([...spans].map(([contender, all]) => [contender, figuresOf(all)]));
}

/**
 * The most sessions that each carries, step by step in turn.
 * @param guess where to begin with each.
 */
async function searchMost(
  entrants: readonly Entrant[],
  guess: (contender: Contender) => number,
  work: Work,
): Promise<Map<Contender, TransformFigures>> {
  const best = new Map<Contender, TransformFigures>();
  const searches = entrants
    .filter(({ contender }) => SEARCHED.includes(contender))
    .map(({ contender, peer }) => ({ contender, peer, steps: [] as SearchStep[] }));
  for (let going = true; going; ) {
    going = false;
    for (const { contender, peer, steps } of searches) {
      const sessions = nextSessions(steps, { guess: guess(contender), most: MOST_SESSIONS });
      if (sessions === undefined) continue;
      going = true;
      const figures = await tried(peer, sessions, work);
      const held = figures !== undefined && carried(figures);
      const cores = figures ? figures.coresPerSession * sessions : 0;
      steps.push({ sessions, held, cores });
      if (held && sessions === mostHeld(steps)) best.set(contender, figures);
    }
  }
  return best;
}

/** @returns undefined where sessions broke, or did not come about, under their own load. */
async function tried(
  peer: PeerProcess,
  sessions: number,
  work: Work,
): Promise<TransformFigures | undefined> {
  try {
    return figuresOf([await span(peer, sessions, work)]);
  } catch (cause) {
    console.error(`${sessions} sessions: ${cause instanceof Error ? cause.message : cause}`);
    return undefined;
  }
}

let calls = 0;

async function span(
  peer: PeerProcess,
  sessions: number,
  work: Work,
  duration: Seconds = MEASURE,
): Promise<Span> {
  const opening = Array.from({ length: sessions }, (_, i) =>
    Caller.call({ session: `call-${++calls}`, peer, ...work }, (i * SPREAD) % 1),
  );
  const settled = await Promise.allSettled(opening);
  const callers = settled.flatMap((call) => (call.status === 'fulfilled' ? [call.value] : []));
  try {
    // One that did not come about is thrown here.
    await Promise.all(opening);
    await seconds(SETTLE);
    for (const caller of callers) caller.take();
    const [began, cpu, own] = [performance.now(), await peer.cpu(), process.cpuUsage()];
    await seconds(duration);
    const samples = callers.map((caller) => caller.take());
    const { user, system } = process.cpuUsage(own);
    const peerCpu = (await peer.cpu()) - cpu;
    const took = (performance.now() - began) / 1_000;
    return { samples, seconds: took, peerCpu, clientCpu: (user + system) / 1e6 };
  } finally {
    await Promise.all(callers.map((caller) => caller.stop()));
  }
}

const seconds = (count: Seconds) => new Promise((resolve) => setTimeout(resolve, count * 1_000));
