import { type Colour, type PlacedTexture, sampleTexture, smoothstep } from './canvas.ts';
import type { OpeningFrame } from './opening-frame.ts';
import type { WarpExample } from './warp-identity.ts';

/** Colours of a mouth's inside, taken from the face it is painted for. */
export interface Palate {
  readonly teeth: Colour;
  readonly tongue: Colour;
  readonly cavity: Colour;
}

/** Where the teeth stand in the mouth's own axes, pixels of the output. */
export interface Bite {
  /** The middle between the incisors, 0…1 of the mouth's width. */
  readonly centre: number;
  /** Where the lips met at rest, moved with the skull: the upper teeth end just below. */
  readonly upperEdge: number;
  /** The same, moved with the chin. */
  readonly lowerEdge: number;
  /** Distance of the outer eye corners. */
  readonly unit: number;
}

/** Cheeks and forehead: lit skin. */
const SKIN_POINTS = [50, 280, 117, 346, 151, 9, 205, 425];
const LIP_POINTS = [84, 17, 314, 85, 16, 315];

function meanColour(
  points: readonly number[],
  { points: p }: WarpExample,
  texture: PlacedTexture,
): Colour {
  const sum: Colour = new Float32Array(3);
  const one: Colour = new Float32Array(3);
  for (const i of points) {
    sampleTexture(texture, p[3 * i]! * texture.side - 0.5, p[3 * i + 1]! * texture.side - 0.5, one);
    for (let k = 0; k < 3; k++) sum[k]! += one[k]! / points.length;
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

export function palateOf(example: WarpExample, texture: PlacedTexture): Palate {
  const skin = meanColour(SKIN_POINTS, example, texture);
  const lip = meanColour(LIP_POINTS, example, texture);
  const teeth = tinted(skin, 1.14, 0.34);
  // Dark skin does not darken the teeth as much as itself.
  teeth[0] = Math.min(215, Math.max(teeth[0]!, 110));
  return { teeth, tongue: tinted(lip, 0.88, 0.9), cavity: tinted(lip, 0.28, 0.6) };
}

/** Widths of the teeth from the middle outwards, in eye distances: 8.5, 6.6, 7.6, 7 mm of 92 mm; the lower are narrower. */
const UPPER_TEETH = [0.092, 0.071, 0.08, 0.075];
const LOWER_TEETH = [0.056, 0.062, 0.071, 0.075];
/** Half the dental arch as seen from the front, in eye distances. */
const ARCH = 0.3;
/** How far the upper incisors reach below the line where the lips meet at rest. */
const OVERBITE = 0.022;
const LOWER_BELOW = 0.04;
/** How much the row of teeth rises from the middle to the end of the arch. */
const ARCH_RISE = 0.06;

/** 0 between two teeth, 1 on one; also narrows the gap's darkness to `width`. */
function toothRelief(teeth: readonly number[], from: number, width: number): number {
  let edge = 0;
  let nearest = from;
  for (const tooth of teeth) {
    edge += tooth;
    nearest = Math.min(nearest, Math.abs(from - edge));
  }
  return smoothstep(0, width, nearest);
}

/**
 * The colour of one place of a painted mouth.
 * @param teethShare 0 where teeth come from elsewhere, so that none appear twice … 1.
 */
export function paintPalate(
  { teeth, tongue, cavity }: Palate,
  bite: Bite,
  frame: OpeningFrame,
  along: number,
  across: number,
  teethShare: number,
  out: Colour,
): void {
  const { unit } = bite;
  const upper = frame.upper(along);
  const lower = frame.lower(along);
  const gap = Math.max(1e-3, lower - upper);
  const depth = (across - upper) / gap;
  const aside = (Math.abs(along - bite.centre) * frame.width) / unit;
  // Softness of the painted edges: about a pixel, more on a large face.
  const soft = Math.max(1, unit * 0.012);

  // The throat: darkest high up in the middle, lighter where light falls in low.
  for (let k = 0; k < 3; k++) out[k] = cavity[k]!;
  out[0] = 16 + (out[0]! - 16) * (0.55 + 0.6 * depth);

  // The tongue rests low in the middle, and shows more the wider the mouth is open.
  const tongueTop = lower - Math.min(0.6 * gap, 0.2 * unit) * (1 - (aside / (ARCH * 0.85)) ** 2);
  const tongueShare =
    smoothstep(-soft * 2, soft * 4, across - tongueTop) * smoothstep(0.03, 0.12, gap / unit);
  if (tongueShare > 0) {
    const shade = 0.65 + 0.35 * smoothstep(tongueTop, lower, across);
    mix(out, tongue, shade, tongueShare * 0.85);
  }

  const arch = Math.min(1, aside / ARCH);
  const rise = ARCH_RISE * arch * arch * unit;
  const fade = teethShare * (1 - smoothstep(0.55, 1.02, arch));
  const lowerTop = bite.lowerEdge + LOWER_BELOW * unit + rise * 0.35;
  const onLower = smoothstep(-soft * 0.6, soft * 0.6, across - lowerTop) * fade;
  if (onLower > 0) {
    const relief = toothRelief(LOWER_TEETH, aside, 0.012);
    mix(out, teeth, (0.66 + 0.06 * relief) * (1 - 0.45 * arch), onLower);
  }

  const upperEnd =
    bite.upperEdge +
    OVERBITE * unit -
    rise +
    (1 - toothRelief(UPPER_TEETH, aside, 0.02)) * -0.012 * unit;
  const onUpper = smoothstep(-soft * 0.6, soft * 0.6, upperEnd - across) * fade;
  if (onUpper > 0) {
    const relief = toothRelief(UPPER_TEETH, aside, 0.014);
    // The upper lip's shadow falls on the teeth.
    const shadow = 0.72 + 0.28 * smoothstep(0, 0.05 * unit, across - upper);
    mix(out, teeth, shadow * (0.93 + 0.07 * relief) * (1 - 0.5 * arch * arch), onUpper);
  }
}

function mix(out: Colour, colour: Colour, luma: number, share: number): void {
  out[0]! += (16 + (colour[0]! - 16) * luma - out[0]!) * share;
  out[1]! += (colour[1]! - out[1]!) * share;
  out[2]! += (colour[2]! - out[2]!) * share;
}
