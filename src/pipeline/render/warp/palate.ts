import { smoothstep } from '../../smoothstep.ts';
import { type Colour, type PlacedTexture, sampleTexture } from './canvas.ts';
import type { WarpExample } from './warp-identity.ts';

/** Colours of a mouth's inside, taken from the face it is painted for. */
export interface Palate {
  readonly teeth: Colour;
  readonly tongue: Colour;
  readonly cavity: Colour;
}

/** Cheeks and forehead: lit skin. */
const SKIN_POINTS = [50, 280, 117, 346, 151, 9, 205, 425];

function skinColour({ points }: WarpExample, texture: PlacedTexture): Colour {
  const sum: Colour = new Float32Array(3);
  const one: Colour = new Float32Array(3);
  const toTexel = (place: number): number => place * texture.side - 0.5;
  for (const i of SKIN_POINTS) {
    sampleTexture(texture, toTexel(points[3 * i]!), toTexel(points[3 * i + 1]!), one);
    for (let k = 0; k < 3; k++) sum[k]! += one[k]! / SKIN_POINTS.length;
  }
  return sum;
}

/** Luma relative to black (16) scaled, chroma towards grey. */
function tinted(colour: Colour, luma: number, chroma: number): Colour {
  return Float32Array.of(
    16 + (colour[0]! - 16) * luma,
    128 + (colour[1]! - 128) * chroma,
    128 + (colour[2]! - 128) * chroma,
  );
}

/** Enamel under a bright light. */
const WHITEST = 232;
/** What a tongue sends back of the light that lips let in, as a share of the skin's, and of the teeth's where skin is dark. */
const TONGUE_OF_SKIN = 0.72;
const TONGUE_OF_TEETH = 0.55;
/** Where no light falls in: of a tongue's. */
const CAVITY_OF_TONGUE = 0.5;
/** Chroma, as a share of the luma above black: what lit mucous membrane has more of than the skin in the same light, and the least and most red of it. */
const BLUER = 0.02;
const REDDER = 0.14;
const LEAST_RED = 0.27;
const MOST_RED = 0.45;
/** Light that comes from within is redder still, and less blue. */
const DARK_REDDER = 0.1;
const DARK_BLUER = -0.04;
/** Chroma of the skin of a picture without colours, and of one with them. */
const COLOURLESS = 2;
const COLOURED = 8;

/**
 * Lips are pale, painted or tanned; the mucous membrane behind them has one colour, whoever's it is. How much light
 * there is and what colour it has the skin tells, and whether there are colours at all.
 */
export function palateOf(example: WarpExample, texture: PlacedTexture): Palate {
  const skin = skinColour(example, texture);
  const teeth = tinted(skin, 1.1, 0.4);
  // Dark skin does not darken the teeth as much as itself.
  teeth[0] = Math.min(WHITEST, Math.max(teeth[0]!, 110));
  const [luma, u, v] = [Math.max(1, skin[0]! - 16), skin[1]! - 128, skin[2]! - 128];
  const coloured = smoothstep(COLOURLESS, COLOURED, Math.hypot(u, v));
  const blue = Math.min(0, u / luma + BLUER);
  const red = Math.min(MOST_RED, Math.max(LEAST_RED, v / luma + REDDER));
  const lit = Math.max(TONGUE_OF_SKIN * luma, TONGUE_OF_TEETH * (teeth[0]! - 16));
  return {
    teeth,
    tongue: mucosa(lit, blue * coloured, red * coloured),
    cavity: mucosa(
      lit * CAVITY_OF_TONGUE,
      (blue + DARK_BLUER) * coloured,
      (red + DARK_REDDER) * coloured,
    ),
  };
}

/** @param luma above black; `blue` and `red` as shares of it. */
function mucosa(luma: number, blue: number, red: number): Colour {
  return Float32Array.of(16 + luma, 128 + luma * blue, 128 + luma * red);
}
