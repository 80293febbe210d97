import { describe, expect, it } from 'vitest';
import { compactNtp, ntpFromUnix, unixFromNtp } from '../../../src/pipeline/accept/ntp-time.ts';

describe('NTP time', () => {
  it('counts from 1900', () => {
    expect(ntpFromUnix(0)).toBe(2_208_988_800n << 32n);
    expect(ntpFromUnix(500) & 0xffff_ffffn).toBe(0x8000_0000n);
  });

  it('comes back within a microsecond', () => {
    for (const unix of [0, 1.25, 1_763_850_000_123.456]) {
      expect(Math.abs(unixFromNtp(ntpFromUnix(unix)) - unix)).toBeLessThan(0.001);
    }
  });

  it('is compacted to its middle', () => {
    expect(compactNtp(0x1234_5678_9abc_def0n)).toBe(0x5678_9abc);
  });
});
