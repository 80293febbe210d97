import { describe, expect, it } from 'vitest';
import { TrafficMeter } from '../../../src/pipeline/accept/traffic-meter.ts';

describe('TrafficMeter', () => {
  it('gives the rate between two readings, and keeps it where they are too close', () => {
    const meter = new TrafficMeter();
    expect(meter.read({ sent: 5000, received: 9000 }, 1000)).toEqual({ in: 0, out: 0 });
    const rates = meter.read({ sent: 130_000, received: 134_000 }, 2000);
    expect(rates).toEqual({ in: 1_000_000, out: 1_000_000 });
    expect(meter.read({ sent: 900_000, received: 900_000 }, 2400)).toEqual(rates);
    expect(meter.read({ sent: 130_000, received: 134_000 }, 3000)).toEqual({ in: 0, out: 0 });
  });
});
