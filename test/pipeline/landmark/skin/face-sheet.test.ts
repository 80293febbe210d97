import { describe, expect, it } from 'vitest';
import { LIPS_INNER, outline, RIGHT_EYE } from '../../../../src/pipeline/landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../../../src/pipeline/landmark/face-triangles.ts';
import { FACE_SHEET, SHEET_MARGIN } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';

const { width, height, cells, triangles, skin, places, shares } = FACE_SHEET;
const [FOREHEAD, CHEEK] = [151, 50];

const cellAt = (x: number, y: number) => cells.indexOf(Math.round(y) * width + Math.round(x));
const cellOfPoint = (i: number) => cellAt(places[2 * i]!, places[2 * i + 1]!);
function middleOf(contour: readonly number[]): number {
  const mean = (k: 0 | 1) =>
    contour.reduce((sum, i) => sum + places[2 * i + k]!, 0) / contour.length;
  return cellAt(mean(0), mean(1));
}

describe('the face laid flat', () => {
  it('lies within its margin', () => {
    for (const at of cells) {
      const [x, y] = [at % width, Math.floor(at / width)];
      expect(x).toBeGreaterThanOrEqual(SHEET_MARGIN - 1);
      expect(x).toBeLessThan(width - SHEET_MARGIN + 1);
      expect(y).toBeGreaterThanOrEqual(SHEET_MARGIN - 1);
      expect(y).toBeLessThan(height - SHEET_MARGIN + 1);
    }
  });

  it('gives each cell to a triangle that covers it', () => {
    cells.forEach((at, c) => {
      const corners = FACE_TRIANGLES.slice(3 * triangles[c]!, 3 * triangles[c]! + 3);
      const [x, y] = [at % width, Math.floor(at / width)];
      const across = corners.map((i) => places[2 * i]!);
      const down = corners.map((i) => places[2 * i + 1]!);
      expect(x).toBeGreaterThanOrEqual(Math.min(...across));
      expect(x).toBeLessThanOrEqual(Math.max(...across));
      expect(y).toBeGreaterThanOrEqual(Math.min(...down));
      expect(y).toBeLessThanOrEqual(Math.max(...down));
    });
  });

  it('has skin on forehead and cheeks, none in an eye or between the lips', () => {
    expect(skin[cellOfPoint(FOREHEAD)]).toBe(1);
    expect(skin[cellOfPoint(CHEEK)]).toBe(1);
    expect(skin[middleOf(outline(RIGHT_EYE))]).toBe(0);
    expect(skin[middleOf(outline(LIPS_INNER))]).toBe(0);
  });

  it('lets points of the skin and of the lips go with it, those of lids most of the way', () => {
    expect(shares[FOREHEAD]).toBe(1);
    expect(shares[CHEEK]).toBe(1);
    for (const i of outline(LIPS_INNER)) expect(shares[i]).toBe(1);
    for (const i of outline(RIGHT_EYE)) expect(shares[i]).toBeCloseTo(0.7, 5);
  });
});
