import { boxMean } from './guided-filter.ts';
import { doubledAt, halvedPlane } from './half-plane.ts';
import { coverAll, type Texture } from './texture.ts';

/** Pixels from a person, of their plane's, in which some of them may still be seen. */
const FRINGE = 2;
/** Less of a person than this in such a neighbourhood is none. */
const NOBODY = 0.02;

interface Level {
  readonly side: number;
  /** How much is known of each pixel, 0…1. */
  readonly weight: Float32Array;
  /** Y, U, V of it, times its weight. */
  readonly sums: readonly Float32Array[];
}

/**
 * What is behind a person: the picture where nobody stands before it, and where somebody does, what surrounds them
 * drawn smoothly together (pull and push over levels of half the side each: Gortler et al., "The Lumigraph", 1996).
 * @param texture of the picture; @param person side² shares of it, its side a power-of-two multiple of theirs.
 */
export function backdropOf(texture: Texture, person: Float32Array, side: number): Texture {
  const known = boxMean(person, side, FRINGE).map((share) => (share < NOBODY ? 1 : 0));
  const filled = fill(pull(texture, side, known));
  const texels = texture.texels.slice();
  coverAll({ side: texture.side, texels });
  const times = texture.side / side;
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 1) continue;
    const at = 4 * (Math.floor(i / side) * times * texture.side + (i % side) * times);
    const [y, u, v] = [filled[0]![i]!, filled[1]![i]!, filled[2]![i]!];
    for (let row = 0; row < times; row++) {
      for (let column = 0; column < times; column++) {
        const to = at + 4 * (row * texture.side + column);
        texels[to] = y;
        texels[to + 1] = u;
        texels[to + 2] = v;
      }
    }
  }
  return { side: texture.side, texels };
}

/** All levels, the largest first: each pixel of a level sums up the four of the one before. */
function pull(texture: Texture, side: number, known: Float32Array): Level[] {
  const times = texture.side / side;
  const sums = [0, 1, 2].map(() => new Float32Array(side * side));
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 0) continue;
    const at = 4 * (Math.floor(i / side) * times * texture.side + (i % side) * times);
    for (let c = 0; c < 3; c++) sums[c]![i] = texture.texels[at + c]!;
  }
  const levels: Level[] = [{ side, weight: known, sums }];
  for (let last = levels[0]!; last.side > 1; levels.push(last)) last = halvedLevel(last);
  return levels;
}

function halvedLevel({ side, weight, sums }: Level): Level {
  const known = halvedPlane(weight, side);
  const planes = sums.map((plane) => halvedPlane(plane, side));
  for (let i = 0; i < known.length; i++) {
    // More than one whole pixel of the four is as good as one.
    const whole = Math.max(1 / 4, known[i]!);
    for (const plane of planes) plane[i]! /= whole;
    known[i]! /= whole;
  }
  return { side: side >> 1, weight: known, sums: planes };
}

/** From the smallest level on, what a level does not know is taken from the one below it. */
function fill(levels: readonly Level[]): readonly Float32Array[] {
  const last = levels.at(-1)!;
  const all = last.weight[0]! > 0 ? last.weight[0]! : 1;
  let filled = last.sums.map((plane) => plane.map((sum) => sum / all));
  for (let k = levels.length - 2; k >= 0; k--) {
    const { side, weight, sums } = levels[k]!;
    filled = filled.map((coarse, c) => {
      const plane = Float32Array.from(sums[c]!);
      for (let i = 0; i < plane.length; i++) {
        const missing = 1 - weight[i]!;
        if (missing > 0)
          plane[i]! += missing * doubledAt(coarse, side >> 1, i % side, Math.floor(i / side));
      }
      return plane;
    });
  }
  return filled;
}
