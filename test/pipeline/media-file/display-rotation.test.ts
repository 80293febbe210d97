import { expect, test } from 'vitest';
import { displayRotation } from '../../../src/pipeline/media-file/display-rotation.ts';

test.each([
  [0, 1, 0],
  [90, 0, 1],
  [180, -1, 0],
  [270, 0, -1],
])('a turn of %i degrees is read from cosine and sine', (degrees, cosine, sine) => {
  const matrix = Buffer.alloc(36);
  matrix.writeInt32LE(cosine * 0x10000, 0);
  matrix.writeInt32LE(sine * 0x10000, 4);
  expect(displayRotation(matrix)).toBe(degrees);
});

test('a turn between two quarters goes to the nearer', () => {
  const matrix = Buffer.alloc(36);
  matrix.writeInt32LE(0x10000, 0);
  matrix.writeInt32LE(0x18000, 4);
  expect(displayRotation(matrix)).toBe(90);
});
