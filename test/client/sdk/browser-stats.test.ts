import { describe, expect, it } from 'vitest';
import { compareSamples, sampleStats } from '../../../src/client/sdk/browser-stats.ts';
import { estimateLatency } from '../../../src/client/sdk/latency.ts';
import type { SessionStats } from '../../../src/signaling/session-stats.ts';

function report(seconds: number) {
  return [
    { type: 'codec', id: 'c', mimeType: 'video/VP8' },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.02 },
    {
      type: 'outbound-rtp',
      kind: 'video',
      codecId: 'c',
      bytesSent: 125_000 * seconds,
      framesEncoded: 30 * seconds,
      totalEncodeTime: 0.15 * seconds,
    },
    {
      type: 'inbound-rtp',
      kind: 'video',
      trackIdentifier: 'own',
      codecId: 'c',
      bytesReceived: 250_000 * seconds,
      framesDecoded: 28 * seconds,
      totalDecodeTime: 0.056 * seconds,
      jitterBufferDelay: 0.28 * seconds,
      jitterBufferEmittedCount: 28 * seconds,
      framesDropped: 3,
      jitter: 0.004,
      packetsLost: seconds,
      packetsReceived: 99 * seconds,
      frameWidth: 512,
      frameHeight: 512,
    },
    {
      type: 'inbound-rtp',
      kind: 'video',
      trackIdentifier: 'other',
      framesDecoded: 1e6,
      bytesReceived: 0,
    },
  ];
}

const server = { addedLatencyMs: { p50: 18, p95: 30 } } as SessionStats;

describe('browser stats', () => {
  const before = sampleStats(report(10), 'own', 10_000);
  const now = compareSamples(before, sampleStats(report(12), 'own', 12_000));

  it('give rates between two samples of the own avatar', () => {
    expect(now).toMatchObject({
      fpsSent: 30,
      fpsReceived: 28,
      bitrateSentBps: 1e6,
      bitrateReceivedBps: 2e6,
      rttMs: 20,
      jitterMs: 4,
      framesDropped: 3,
      lossReceived: 0.01,
      width: 512,
      height: 512,
      codecSent: 'VP8',
      codecReceived: 'VP8',
    });
  });

  it('give times per frame', () => {
    expect(now.encodeMs).toBeCloseTo(5);
    expect(now.decodeMs).toBeCloseTo(2);
    expect(now.bufferMs).toBeCloseTo(10);
  });

  it('give no rate from one sample, nor when counters began anew', () => {
    expect(compareSamples(null, before).fpsReceived).toBeNull();
    const restarted = compareSamples(before, sampleStats(report(1), 'own', 11_000));
    expect(restarted).toMatchObject({
      fpsReceived: null,
      bitrateReceivedBps: null,
      encodeMs: null,
    });
  });

  it('give nulls for a browser that reports nothing', () => {
    const empty = compareSamples(sampleStats([], null, 0), sampleStats([], null, 1000));
    expect(empty).toMatchObject({
      fpsSent: null,
      rttMs: null,
      codecSent: null,
      framesDropped: null,
    });
  });

  it('take the round trip of the pair that is used, not of another that was nominated too', () => {
    const pair = (id: string, seconds: number) => ({
      type: 'candidate-pair',
      id,
      nominated: true,
      currentRoundTripTime: seconds,
    });
    const rtt = (entries: Parameters<typeof sampleStats>[0]) => sampleStats(entries, null, 0).rttMs;
    // As Firefox tells it, then as Chromium does.
    expect(rtt([pair('a', 0.3), { ...pair('b', 0.02), selected: true }, pair('c', 0.4)])).toBe(20);
    const transport = { type: 'transport', selectedCandidatePairId: 'b' };
    expect(rtt([pair('a', 0.3), pair('b', 0.02), transport, pair('c', 0.4)])).toBe(20);
  });

  it('add up to the way from camera to screen', () => {
    const legs = estimateLatency(now, server);
    expect(legs?.map(({ leg }) => leg)).toEqual([
      'encode',
      'network-up',
      'server',
      'network-down',
      'buffer',
      'decode',
    ]);
    expect(legs?.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(5 + 20 + 18 + 10 + 2);
  });

  it('make no estimate while a leg is unmeasured', () => {
    expect(estimateLatency({ ...now, encodeMs: null }, server)).toBeNull();
    expect(estimateLatency(now, null)).toBeNull();
  });
});
