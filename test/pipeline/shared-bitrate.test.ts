import { describe, expect, it } from 'vitest';
import { MAX_BITRATE, MIN_BITRATE, SharedBitrate } from '../../src/pipeline/shared-bitrate.ts';

describe('the bitrate that all watchers share', () => {
  it('is what the slowest of them can take', () => {
    const shared = new SharedBitrate();
    expect(shared.estimate('a', 2_000_000)).toBe(2_000_000);
    expect(shared.estimate('b', 600_000)).toBe(600_000);
    expect(shared.estimate('a', 1_500_000)).toBeUndefined();
    expect(shared.leave('b')).toBe(1_500_000);
  });

  it('stays between what a face needs and what it gains from', () => {
    const shared = new SharedBitrate();
    expect(shared.estimate('a', 30_000)).toBe(MIN_BITRATE);
    expect(shared.estimate('a', 90_000_000)).toBe(MAX_BITRATE);
  });

  it('does not disturb the encoder for a small change', () => {
    const shared = new SharedBitrate();
    shared.estimate('a', 800_000);
    expect(shared.estimate('a', 815_000)).toBeUndefined();
    expect(shared.current).toBe(800_000);
  });

  it('keeps its last value when the last watcher leaves', () => {
    const shared = new SharedBitrate();
    shared.estimate('a', 800_000);
    expect(shared.leave('a')).toBeUndefined();
    expect(shared.current).toBe(800_000);
  });
});
