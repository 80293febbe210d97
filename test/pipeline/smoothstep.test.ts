import { describe, expect, it } from 'vitest';
import { smoothstep } from '../../src/pipeline/smoothstep.ts';

describe('a smooth step', () => {
  it('rises from 0 to 1 between its ends, and stays there beyond', () => {
    expect([1, 2, 3, 4, 5].map((x) => smoothstep(2, 4, x))).toEqual([0, 0, 0.5, 1, 1]);
  });

  it('is level at both ends', () => {
    expect(smoothstep(0, 1, 0.01)).toBeLessThan(0.001);
    expect(smoothstep(0, 1, 0.99)).toBeGreaterThan(0.999);
  });
});
