import { describe, expect, it } from 'vitest';
import { Blur } from '../../../../src/pipeline/landmark/skin/blur.io.ts';

function dot(width: number, height: number): Float32Array {
  const plane = new Float32Array(width * height);
  plane[Math.floor(height / 2) * width + Math.floor(width / 2)] = 1;
  return plane;
}

describe('a blur', () => {
  it('spreads what there is and loses nothing', () => {
    const plane = dot(41, 31);
    new Blur(41, 31, 2).over(plane);
    expect(plane.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(Math.max(...plane)).toBeCloseTo(1 / (2 * Math.PI * 4), 2);
  });

  it('spreads as far as its standard deviation says, across and down alike', () => {
    const plane = dot(41, 31);
    new Blur(41, 31, 2).over(plane);
    for (const axis of [(i: number) => (i % 41) - 20, (i: number) => Math.floor(i / 41) - 15]) {
      const variance = plane.reduce((sum, value, i) => sum + value * axis(i) ** 2, 0);
      expect(Math.sqrt(variance)).toBeCloseTo(2, 0);
    }
  });

  it('reaches no farther than its radius', () => {
    const blur = new Blur(41, 31, 2);
    const plane = dot(41, 31);
    blur.over(plane);
    expect(plane[15 * 41 + 20 + blur.radius]).toBeGreaterThan(0);
    expect(plane[15 * 41 + 20 + blur.radius + 1]).toBe(0);
  });
});
