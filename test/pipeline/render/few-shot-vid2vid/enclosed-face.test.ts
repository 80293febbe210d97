import { describe, expect, it } from 'vitest';
import { EnclosedFace } from '../../../../src/pipeline/render/few-shot-vid2vid/enclosed-face.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { PoseMap } from '../../../../src/pipeline/render/few-shot-vid2vid/pose-map.ts';
import { facePoints } from '../painted-face.ts';

const moved = (dx: number, dy: number) =>
  facePoints().map((value, i) => value + ([dx, dy, 0] as const)[i % 3]!);

describe.each(FIELDS)('what the lines of a face enclose, on a field of $cells²', (field) => {
  const { cells: side, plane } = field;

  function enclosed(points: Float32Array) {
    const share = new Float32Array(plane).fill(7);
    const window = new EnclosedFace(field).cover(new PoseMap(field).draw(points).bytes, share);
    return { window, share };
  }

  /** As training has it: products of sums from either side, each at most 1, the larger one of rows and columns. */
  function defined(points: Float32Array): Float32Array {
    const lines = Array.from(
      new PoseMap(field).draw(points).bytes.subarray(0, plane),
      (b) => b / 255,
    );
    const sum = (at: readonly number[]) => at.reduce((total, i) => total + lines[i]!, 0);
    const cells = Array.from({ length: side }, (_, i) => i);
    return Float32Array.from(lines, (_, at) => {
      const [x, y] = [at % side, Math.floor(at / side)];
      const between = (line: readonly number[], i: number) =>
        Math.min(1, sum(line.slice(0, i + 1))) * Math.min(1, sum(line.slice(i)));
      const row = cells.map((i) => y * side + i);
      const column = cells.map((i) => i * side + x);
      return Math.max(between(row, x), between(column, y));
    });
  }

  it.each([
    ['that looks ahead', facePoints()],
    ['that is turned', facePoints({ yaw: 28, jaw: 0.3 })],
    ['that the edge of the picture cuts', moved(0.35, -0.2)],
  ])('is what the mandate of the network calls enclosed, of a face %s', (_, points) => {
    const { share } = enclosed(points);
    const wanted = defined(points);
    let worst = 0;
    for (let i = 0; i < plane; i++) worst = Math.max(worst, Math.abs(share[i]! - wanted[i]!));
    expect(worst).toBeLessThan(1e-6);
  });

  it('is all of the face and nothing beside it', () => {
    const points = facePoints();
    const { share } = enclosed(points);
    const at = (x: number, y: number) => share[Math.round(y * side) * side + Math.round(x * side)];
    for (const point of [1, 13, 50, 280, 33, 263]) {
      expect(at(points[3 * point]!, points[3 * point + 1]!)).toBe(1);
    }
    for (const [x, y] of [
      [0.02, 0.5],
      [0.5, 0.02],
      [0.98, 0.98],
    ] as const) {
      expect(at(x, y)).toBe(0);
    }
  });

  it('lies in a part of the field that has empty cells around it', () => {
    const { window, share } = enclosed(facePoints({ yaw: -12, x: 0.46 }));
    const { x, y, width, height } = window;
    expect(width * height).toBeLessThan(plane / 2);
    for (const length of [x, y, width, height]) expect(length % 2).toBe(0);
    for (let at = 0; at < plane; at++) {
      const [u, v] = [(at % side) - x, Math.floor(at / side) - y];
      if (u < 1 || v < 1 || u >= width - 1 || v >= height - 1) expect(share[at]).toBe(0);
    }
  });

  it('is nothing where the face is out of the picture', () => {
    const { window, share } = enclosed(moved(3, 0));
    expect(window).toEqual({ x: 0, y: 0, width: 0, height: 0 });
    expect(share.every((value) => value === 0)).toBe(true);
  });
});
