import { describe, expect, it } from 'vitest';
import { FACE_TRIANGLES } from '../../../../src/pipeline/landmark/face-triangles.ts';
import { CELLS_PER_UNIT, FACE_SHEET } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import { SheetMap } from '../../../../src/pipeline/landmark/skin/sheet-map.ts';
import { EYES, meshOf } from './speckled-face.ts';

function mapOf(points: Float32Array): SheetMap {
  const map = new SheetMap();
  map.place(points);
  return map;
}

/** A triangle on the cheek of the picture's left, and one on its right. */
const triangleWith = (i: number) => Math.floor(FACE_TRIANGLES.indexOf(i) / 3);
const [LEFT_CHEEK, RIGHT_CHEEK] = [triangleWith(123), triangleWith(352)];

describe('where the sheet stands in a picture', () => {
  it('has the corners of each triangle at the points of the mesh', () => {
    const { points } = meshOf(0.4);
    const { affine } = mapOf(points);
    for (let t = 0; t < FACE_TRIANGLES.length / 3; t += 7) {
      for (const i of FACE_TRIANGLES.slice(3 * t, 3 * t + 3)) {
        const [x, y] = [FACE_SHEET.places[2 * i]!, FACE_SHEET.places[2 * i + 1]!];
        const a = affine.subarray(6 * t, 6 * t + 6);
        expect(a[0]! * x + a[1]! * y + a[2]!).toBeCloseTo(points[3 * i]!, 1);
        expect(a[3]! * x + a[4]! * y + a[5]!).toBeCloseTo(points[3 * i + 1]!, 1);
      }
    }
  });

  it('measures a cell by the size of the face, turned or not', () => {
    expect(mapOf(meshOf().points).cell).toBeCloseTo(EYES / CELLS_PER_UNIT, 2);
    expect(mapOf(meshOf(0.7).points).cell).toBeCloseTo(EYES / CELLS_PER_UNIT, 2);
  });

  it('sees all of a face that looks ahead, and one cheek of a face that is turned away', () => {
    const ahead = mapOf(meshOf().points);
    expect(ahead.seen[LEFT_CHEEK]).toBe(1);
    expect(ahead.seen[RIGHT_CHEEK]).toBe(1);
    const turned = mapOf(meshOf(1).points);
    const cheeks = [turned.seen[LEFT_CHEEK]!, turned.seen[RIGHT_CHEEK]!];
    expect(Math.min(...cheeks)).toBe(0);
    expect(Math.max(...cheeks)).toBe(1);
  });
});
