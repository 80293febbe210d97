import type { SessionStats } from '../../signaling/session-stats.ts';
import type { Milli } from '../../time.ts';
import type { BrowserStats } from './browser-stats.ts';

/** A part of a frame's way from the camera to the screen. */
export interface LatencyLeg {
  readonly leg: 'encode' | 'network-up' | 'server' | 'network-down' | 'buffer' | 'decode';
  readonly ms: Milli;
}

/**
 * How long a frame takes from this browser's camera to its own avatar on this screen, leg by leg,
 * estimated from what both sides measure: half a round trip is taken for each way. The camera's own
 * exposure and the screen's refresh are not in it. Null until every leg has been measured.
 */
export function estimateLatency(
  browser: BrowserStats,
  server: SessionStats | null,
): readonly LatencyLeg[] | null {
  const { encodeMs, rttMs, bufferMs, decodeMs } = browser;
  if (!server || encodeMs === null || rttMs === null) return null;
  if (bufferMs === null || decodeMs === null) return null;
  return [
    { leg: 'encode', ms: encodeMs },
    { leg: 'network-up', ms: rttMs / 2 },
    { leg: 'server', ms: server.addedLatencyMs.p50 },
    { leg: 'network-down', ms: rttMs / 2 },
    { leg: 'buffer', ms: bufferMs },
    { leg: 'decode', ms: decodeMs },
  ];
}
