import type { Milli } from '../../time.ts';

/** One entry of an RTCStatsReport, as its fields are read here; absent where a browser lacks it. */
export type StatsEntry = Readonly<Record<string, unknown>>;

/** What the browser measured between two samples. A figure that it cannot give is null. */
export interface BrowserStats {
  /** Camera frames coded per second, and one's own avatar's frames shown per second. */
  readonly fpsSent: number | null;
  readonly fpsReceived: number | null;
  /** Frames of one's own avatar that came but were not shown, since the connection began. */
  readonly framesDropped: number | null;
  readonly rttMs: Milli | null;
  readonly jitterMs: Milli | null;
  /** Per frame, on average: coding here, waiting in the jitter buffer here, decoding here. */
  readonly encodeMs: Milli | null;
  readonly bufferMs: Milli | null;
  readonly decodeMs: Milli | null;
  readonly bitrateSentBps: number | null;
  readonly bitrateReceivedBps: number | null;
  /** Packets lost of those sent to this browser, 0…1. */
  readonly lossReceived: number | null;
  readonly codecSent: string | null;
  readonly codecReceived: string | null;
  readonly width: number | null;
  readonly height: number | null;
}

/** The counters that differences are taken of. */
export interface StatsSample {
  readonly at: Milli;
  readonly inbound: StatsEntry;
  readonly outbound: StatsEntry;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly rttMs: Milli | null;
  readonly codecs: ReadonlyMap<unknown, string>;
}

/** @param avatarTrack id of the own avatar's video track, whose reception is meant by "received" */
export function sampleStats(
  entries: Iterable<StatsEntry>,
  avatarTrack: string | null,
  at: Milli,
): StatsSample {
  let inbound: StatsEntry = {};
  let outbound: StatsEntry = {};
  let [bytesIn, bytesOut] = [0, 0];
  const pairs: StatsEntry[] = [];
  let selectedPair: unknown;
  const codecs = new Map<unknown, string>();
  for (const entry of entries) {
    if (entry.type === 'inbound-rtp') {
      bytesIn += number(entry.bytesReceived) ?? 0;
      if (entry.kind === 'video' && entry.trackIdentifier === avatarTrack) inbound = entry;
    } else if (entry.type === 'outbound-rtp') {
      bytesOut += number(entry.bytesSent) ?? 0;
      if (entry.kind === 'video') outbound = entry;
    } else if (entry.type === 'candidate-pair') {
      pairs.push(entry);
    } else if (entry.type === 'transport') {
      selectedPair = entry.selectedCandidatePairId;
    } else if (entry.type === 'codec' && typeof entry.mimeType === 'string') {
      codecs.set(entry.id, entry.mimeType.replace(/^(video|audio)\//, ''));
    }
  }
  const rttMs = roundTrip(pairs, selectedPair);
  return { at, inbound, outbound, bytesIn, bytesOut, rttMs, codecs };
}

/**
 * Of the pair that media takes: several may be nominated. Chromium names it in its transport's entry, Firefox
 * marks the pair itself.
 */
function roundTrip(pairs: readonly StatsEntry[], selected: unknown): Milli | null {
  const pair =
    pairs.find(
      ({ id, selected: marked }) => marked === true || (id !== undefined && id === selected),
    ) ?? pairs.find(({ nominated }) => nominated === true);
  const seconds = number(pair?.currentRoundTripTime);
  return seconds === null ? null : seconds * 1000;
}

/** The rates between two samples; counters that began anew (after a reconnection) give null. */
export function compareSamples(before: StatsSample | null, now: StatsSample): BrowserStats {
  const { inbound, outbound } = now;
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const delta = (side: 'inbound' | 'outbound', field: string): number | null => {
    const [earlier, later] = [number(before?.[side][field]), number(now[side][field])];
    return earlier === null || later === null || later < earlier ? null : later - earlier;
  };
  const perSecond = (count: number | null) =>
    count === null || !(seconds > 0) ? null : count / seconds;
  const rate = (earlier: number | undefined, later: number) =>
    perSecond(earlier === undefined || later < earlier ? null : (later - earlier) * 8);
  const lost = delta('inbound', 'packetsLost');
  const received = delta('inbound', 'packetsReceived');
  const jitter = number(inbound.jitter);
  return {
    fpsSent: perSecond(delta('outbound', 'framesEncoded')),
    fpsReceived: perSecond(delta('inbound', 'framesDecoded')),
    framesDropped: number(inbound.framesDropped),
    rttMs: now.rttMs,
    jitterMs: jitter === null ? null : jitter * 1000,
    encodeMs: each(delta('outbound', 'totalEncodeTime'), delta('outbound', 'framesEncoded')),
    bufferMs: each(
      delta('inbound', 'jitterBufferDelay'),
      delta('inbound', 'jitterBufferEmittedCount'),
    ),
    decodeMs: each(delta('inbound', 'totalDecodeTime'), delta('inbound', 'framesDecoded')),
    bitrateSentBps: rate(before?.bytesOut, now.bytesOut),
    bitrateReceivedBps: rate(before?.bytesIn, now.bytesIn),
    lossReceived:
      lost === null || received === null || lost + received === 0 ? null : lost / (lost + received),
    codecSent: now.codecs.get(outbound.codecId) ?? null,
    codecReceived: now.codecs.get(inbound.codecId) ?? null,
    width: number(inbound.frameWidth),
    height: number(inbound.frameHeight),
  };
}

function each(seconds: number | null, frames: number | null): Milli | null {
  return seconds === null || !frames ? null : (seconds * 1000) / frames;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
