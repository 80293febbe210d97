import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AudioRelay } from '../../../src/pipeline/transmit/audio-relay.io.ts';

describe('AudioRelay', () => {
  let now = 0;
  const heard: number[] = [];
  let relay: AudioRelay<{ captureTime: number }>;
  const advance = (milliseconds: number) => {
    for (let i = 0; i < milliseconds; i += 1) {
      now += 1;
      vi.advanceTimersByTime(1);
    }
  };

  beforeEach(() => {
    vi.useFakeTimers();
    now = 1000;
    heard.length = 0;
    relay = new AudioRelay(
      (packet) => heard.push(now - packet.captureTime),
      () => now,
    );
    for (let i = 0; i < 10; i += 1) relay.videoSent(now - 60);
  });
  afterEach(() => {
    relay.close();
    vi.useRealTimers();
  });

  it('delivers each packet when its picture goes out', () => {
    relay.push({ captureTime: now - 10 });
    advance(20);
    relay.push({ captureTime: now - 10 });
    advance(100);
    expect(heard).toEqual([60, 60]);
    expect(relay.error()!.p95).toBeLessThanOrEqual(1);
  });

  it('delivers nothing that waited when it is muted or closed', () => {
    relay.push({ captureTime: now });
    relay.setMuted(true);
    relay.push({ captureTime: now });
    advance(100);
    expect(heard).toEqual([]);
    relay.setMuted(false);
    relay.push({ captureTime: now });
    relay.close();
    advance(100);
    expect(heard).toEqual([]);
  });
});
