import { type Colour, type PlacedTexture, sampleTexture } from './canvas.ts';
import type { OpeningFrame } from './opening-frame.ts';

/** Where an example's eyeball is looked at: columns and rows of its opening, lids and corners left out. */
const COLUMNS = 24;
const ROWS = 8;
const CORNER = 0.1;
const LID = 0.22;
/** From here on it is no iris for sure; iris radii. */
const BESIDE_IRIS = 1.3;
/** The brightest of what is seen there is white; the rest lies in the shadow of lids and lashes. */
const BRIGHTEST = 0.15;
/** A white of which less is seen than so many places is not known. */
const LEAST_SEEN = 6;

/** An iris in its texture; texels. */
export interface Iris {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** The white of one eye, as bright and as coloured as the example shows it anywhere; undefined where it shows none. */
export function eyeWhite(
  frame: OpeningFrame,
  iris: Iris,
  texture: PlacedTexture,
): Colour | undefined {
  const seen: Colour[] = [];
  for (let c = 0; c < COLUMNS; c++) {
    const along = CORNER + ((1 - 2 * CORNER) * (c + 0.5)) / COLUMNS;
    const [top, bottom] = [frame.upper(along), frame.lower(along)];
    for (let r = 0; r < ROWS; r++) {
      const across = top + (bottom - top) * (LID + ((1 - 2 * LID) * (r + 0.5)) / ROWS);
      const [x, y] = [frame.x(along, across), frame.y(along, across)];
      if (Math.hypot(x - iris.x, y - iris.y) < BESIDE_IRIS * iris.radius) continue;
      const colour: Colour = new Float32Array(3);
      sampleTexture(texture, x, y, colour);
      seen.push(colour);
    }
  }
  if (seen.length < LEAST_SEEN) return undefined;
  seen.sort((a, b) => b[0]! - a[0]!);
  const bright = seen.slice(0, Math.max(3, Math.round(seen.length * BRIGHTEST)));
  return bright.reduce<Colour>((sum, colour) => {
    for (let k = 0; k < 3; k++) sum[k]! += colour[k]! / bright.length;
    return sum;
  }, new Float32Array(3));
}
