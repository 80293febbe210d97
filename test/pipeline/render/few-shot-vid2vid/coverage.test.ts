import { describe, expect, it } from 'vitest';
import {
  type Channel,
  drawDisc,
  drawLine,
  drawPolygon,
} from '../../../../src/pipeline/render/few-shot-vid2vid/coverage.ts';

const blank = (side = 16): Channel => ({ bytes: new Uint8Array(side * side), side });
const area = ({ bytes }: Channel) => bytes.reduce((sum, value) => sum + value, 0) / 255;

describe('coverage', () => {
  it('covers as much as a polygon is large, wherever it lies between the pixels', () => {
    for (const shift of [0, 0.25, 0.4]) {
      const channel = blank();
      const corners = [3, 4, 9, 4, 9, 8, 3, 8].map((value) => value + shift);
      drawPolygon(channel, Float32Array.from(corners));
      expect(Math.abs(area(channel) - 24)).toBeLessThan(0.3);
    }
  });

  it('leaves out what a polygon turns round', () => {
    const channel = blank();
    drawPolygon(channel, Float32Array.of(2, 2, 12, 2, 12, 12, 7, 5, 2, 12));
    expect(channel.bytes[4 * 16 + 7]).toBe(255);
    expect(channel.bytes[10 * 16 + 7]).toBe(0);
  });

  it('covers nothing with a polygon folded flat', () => {
    const channel = blank();
    drawPolygon(channel, Float32Array.of(2, 3, 8, 5, 14, 7, 8, 5));
    expect(Math.max(...channel.bytes)).toBe(0);
  });

  it('draws lines about one pixel wide at every angle', () => {
    for (const [dx, dy] of [
      [10, 0],
      [0, 10],
      [8, 6],
      [-6, 8],
    ] as const) {
      const channel = blank(32);
      drawLine(channel, 15.3, 15.6, 15.3 + dx, 15.6 + dy);
      // The round ends add a little.
      expect(area(channel)).toBeGreaterThan(9.5);
      expect(area(channel)).toBeLessThan(11.5);
    }
  });

  it('draws discs of the area that their radius asks for', () => {
    const channel = blank();
    drawDisc(channel, 7.4, 8.1, 3.2);
    expect(Math.abs(area(channel) - Math.PI * 3.2 ** 2)).toBeLessThan(1);
  });

  it('keeps inside the picture, whatever sticks out of it', () => {
    const channel = blank();
    drawLine(channel, -30, 5, 40, 5);
    drawDisc(channel, -2, 17, 4);
    drawPolygon(channel, Float32Array.of(-9, -9, 30, -9, 30, 2, -9, 2));
    expect(channel.bytes.length).toBe(256);
    expect([...channel.bytes.subarray(5 * 16, 6 * 16)].every((value) => value === 255)).toBe(true);
    expect([...channel.bytes.subarray(0, 16)].every((value) => value === 255)).toBe(true);
  });
});
