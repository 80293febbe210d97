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
  /** 0 where pursed lips hide the teeth … 1. */
  readonly bared: number;
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

/** Enamel under a bright light, and the most light that a tongue gets behind lips, as a share of the skin's. */
const WHITEST = 232;
const TONGUE_OF_SKIN = 0.72;
/** Of a mouth's inside, the difference of red from luma as a share of it. */
const REDNESS = 0.27;

export function palateOf(example: WarpExample, texture: PlacedTexture): Palate {
  const skin = meanColour(SKIN_POINTS, example, texture);
  const lip = meanColour(LIP_POINTS, example, texture);
  const teeth = tinted(skin, 1.1, 0.4);
  // Dark skin does not darken the teeth as much as itself.
  teeth[0] = Math.min(WHITEST, Math.max(teeth[0]!, 110));
  // Cameras expose for the face: an open mouth is far from black, and nearly as red as the lips.
  const tongue = tinted(lip, 0.86, 0.88);
  tongue[0] = Math.min(tongue[0]!, 16 + (skin[0]! - 16) * TONGUE_OF_SKIN);
  const cavity = tinted(lip, 0.38, 0.7);
  return { teeth, tongue: reddened(tongue), cavity: reddened(cavity) };
}

/** Lips may be painted, or pale: the inside of a mouth is red. */
function reddened(colour: Colour): Colour {
  const least = REDNESS * (colour[0]! - 16);
  colour[1] = Math.min(colour[1]!, 128 - least / 3);
  colour[2] = Math.max(colour[2]!, 128 + least);
  return colour;
}

/** Widths of the teeth from the middle outwards, in eye distances: 8.5, 6.6, 7.6, 7 mm of 92 mm; the lower are narrower. */
const UPPER_TEETH = [0.092, 0.071, 0.08, 0.075];
const LOWER_TEETH = [0.056, 0.062, 0.071, 0.075];
/** Half the dental arch as seen from the front, in eye distances. */
const ARCH = 0.3;
/** How far the upper incisors reach below the line where the lips meet at rest. */
const OVERBITE = 0.028;
const LOWER_BELOW = 0.04;
/** Of the lower teeth no more than a rim shows above the lip, however far the jaw drops. */
const LOWER_SHOWN = 0.036;
/** Of the upper ones the whole crown, 10 mm; above it the gum. */
const UPPER_SHOWN = 0.11;
/** The tongue's back lies this far below the upper lip (share of the gap), but no higher above the lower lip. */
const TONGUE_FROM = 0.28;
const TONGUE_HEIGHT = 0.3;
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
  out[0] = 16 + (out[0]! - 16) * (0.6 + 0.7 * depth);

  // The tongue fills most of an open mouth: dark where it comes out of the throat, lit towards the lips.
  const bulge = Math.max(0, 1 - (aside / (ARCH * 0.95)) ** 2);
  const tongueTop = lower - Math.min((1 - TONGUE_FROM) * gap, TONGUE_HEIGHT * unit) * bulge;
  const rim = Math.max(soft * 3, 0.22 * gap);
  const tongueShare =
    smoothstep(-rim * 0.4, rim, across - tongueTop) * smoothstep(0.02, 0.1, gap / unit);
  if (tongueShare > 0) {
    const shade = 0.68 + 0.34 * smoothstep(tongueTop, lower, across);
    mix(out, tongue, shade * (0.75 + 0.25 * bulge), tongueShare * 0.92);
  }

  const arch = Math.min(1, aside / ARCH);
  const rise = ARCH_RISE * arch * arch * unit;
  const fade = teethShare * bite.bared * (1 - smoothstep(0.55, 1.02, arch));
  const lowerTop = Math.max(
    bite.lowerEdge + LOWER_BELOW * unit + rise * 0.35,
    lower - LOWER_SHOWN * unit,
  );
  // A mouth rounder than wide hides them behind the lip.
  const wide = smoothstep(0.9, 1.6, frame.width / Math.max(1e-3, frame.height));
  const onLower =
    smoothstep(-soft, soft, across - lowerTop) * fade * (1 - smoothstep(0.35, 0.8, arch)) * wide;
  if (onLower > 0) {
    const relief = toothRelief(LOWER_TEETH, aside, 0.012);
    mix(out, teeth, (0.62 + 0.04 * relief) * (1 - 0.5 * arch), onLower * 0.8);
  }

  const upperEnd =
    bite.upperEdge +
    OVERBITE * unit -
    rise +
    (1 - toothRelief(UPPER_TEETH, aside, 0.02)) * -0.006 * unit;
  const onUpper = smoothstep(-soft, soft * 0.7, upperEnd - across) * fade;
  if (onUpper > 0) {
    const relief = toothRelief(UPPER_TEETH, aside, 0.014);
    // The upper lip's shadow falls on the teeth.
    const shadow = 0.74 + 0.26 * smoothstep(0, 0.045 * unit, across - upper);
    mix(out, teeth, shadow * (0.96 + 0.04 * relief) * (1 - 0.5 * arch * arch), onUpper);
    const gum = smoothstep(-soft, soft * 2, upperEnd - UPPER_SHOWN * unit - across) * fade;
    if (gum > 0) mix(out, tongue, 0.8, gum);
  }
}

function mix(out: Colour, colour: Colour, luma: number, share: number): void {
  out[0]! += (16 + (colour[0]! - 16) * luma - out[0]!) * share;
  out[1]! += (colour[1]! - out[1]!) * share;
  out[2]! += (colour[2]! - out[2]!) * share;
}
