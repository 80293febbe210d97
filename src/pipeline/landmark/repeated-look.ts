import type { FaceRegion } from './face-region.ts';

/**
 * Shares of the region's size by which it is moved and grown, and the angle it is turned by. What the network says
 * where a face lies hangs on how its crop lies by as much as a hundredth of the face; less than this
 * asks for the same error again, more shows it crops that it was not trained on.
 */
const SHIFT = 0.03;
const GROWTH = 0.06;
const TURN = 0.08;

/** An orthogonal array of four signs (Plackett and Burman, 1946): in the mean of the eight no change is left. */
const SIGNS: readonly (readonly [x: number, y: number, size: number, roll: number])[] = [
  [1, 1, 1, 1],
  [1, 1, -1, -1],
  [1, -1, 1, -1],
  [1, -1, -1, 1],
  [-1, 1, 1, -1],
  [-1, 1, -1, 1],
  [-1, -1, 1, 1],
  [-1, -1, -1, -1],
];

/** Regions around one, each a little beside it, larger or smaller, and turned. */
export function regionsAround({ x, y, size, roll }: FaceRegion): FaceRegion[] {
  return SIGNS.map(([right, down, larger, clockwise]) => ({
    x: x + SHIFT * size * right,
    y: y + SHIFT * size * down,
    size: size * (1 + GROWTH * larger),
    roll: roll + TURN * clockwise,
  }));
}

/** The mean of answers of one length, in new memory. At least one. */
export function meanPoints(answers: readonly Float32Array[]): Float32Array {
  return answers[0]!.map((_, i) => answers.reduce((sum, a) => sum + a[i]!, 0) / answers.length);
}
