import { describe, expect, it } from 'vitest';
import { InboundLimit, TRANSPORT_RATE } from '../../../src/pipeline/accept/inbound-limit.ts';

describe('InboundLimit', () => {
  it('lets a camera with all its extras through', () => {
    const limit = new InboundLimit(TRANSPORT_RATE);
    for (let i = 0; i < 20_000; i += 1) expect(limit.admit(1200, i * 2)).toBe(true);
    expect(limit.refused).toBe(0);
  });

  it('refuses a flood of packets beyond the limit, and recovers', () => {
    const limit = new InboundLimit(TRANSPORT_RATE);
    let admitted = 0;
    for (let i = 0; i < 100_000; i += 1) if (limit.admit(100, i / 100)) admitted += 1;
    expect(admitted).toBeLessThan(8500);
    expect(limit.refused).toBe(100_000 - admitted);
    expect(limit.admit(100, 3000)).toBe(true);
  });

  it('refuses a flood of bytes', () => {
    const limit = new InboundLimit(TRANSPORT_RATE);
    let bytes = 0;
    for (let i = 0; i < 3000; i += 1) if (limit.admit(60_000, i)) bytes += 60_000;
    expect(bytes).toBeLessThan(12_100_000);
  });
});
