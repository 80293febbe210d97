import { smoothstep } from '../../smoothstep.ts';
import type { Colour } from './canvas.ts';
import type { OpeningFrame, OpeningPlace } from './opening-frame.ts';
import type { Palate } from './palate.ts';

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
  /** 1 where the mouth is drawn wider than at rest, as in a grin … 0. */
  readonly stretched: number;
}

/** Widths of the teeth from the middle outwards, in eye distances: 8.5, 6.6, 7.6, 7 mm of 92 mm; the lower are narrower. */
const UPPER_TEETH = [0.092, 0.071, 0.08, 0.075];
const LOWER_TEETH = [0.056, 0.062, 0.071, 0.075];
/** Half the dental arch as seen from the front, in eye distances. */
const ARCH = 0.3;
/** How far the upper incisors reach below the line where the lips meet at rest. */
const OVERBITE = 0.016;
/** The lower teeth end this far below that line; a lip that is drawn wide and down leaves so much more of them bare. */
const LOWER_BELOW = 0.04;
const LOWER_BARED = 0.1;
/** Of the lower teeth no more than a rim shows above the lip, however far the jaw drops; of bared ones most of the crown. */
const LOWER_SHOWN = 0.036;
const LOWER_SHOWN_BARED = 0.096;
/** Of the upper ones the whole crown, 10 mm; above it the gum. */
const UPPER_SHOWN = 0.11;
/** How much the row of teeth rises from the middle to the end of the arch. */
const ARCH_RISE = 0.06;
/** Openings from which light begins to fall in, and from which all does; and the share of it that lights throat and tongue before. */
const DIM_OPENING = 0.08;
const LIT_OPENING = 0.45;
const DIM_CAVITY = 0.8;
const DIM_TONGUE = 0.75;
/** Cheeks and teeth take so much of the light from the corners of a mouth. */
const CORNER_SHADE = 0.4;
/** Half the tongue's width, of the arch's; its height, of the opening's and in eye distances. */
const TONGUE_WIDTH = 0.8;
const TONGUE_OF_GAP = 0.85;
const TONGUE_HEIGHT = 0.36;
/** How softly the tongue's back goes over into the throat, of the opening's height. */
const TONGUE_SOFTNESS = 0.5;
/** The place of the tongue that faces the light, above the lip, and how wide and high around it, of the tongue's own size. */
const LIT_ABOVE = 0.28;
const LIT_WIDTH = 0.9;
const LIT_HEIGHT = 0.8;
/** What is left of the light far from there, and how much of it lower teeth and lip take from the tip. */
const TONGUE_DARKEST = 0.35;
const TIP_SHADE = 0.35;

/** The tongue's tip is round: to the sides its edge rises off the lip, by this share of its height. Down its middle runs a groove. */
const TIP_RISE = 0.2;
const GROOVE = 0.08;
const GROOVE_WIDTH = 0.05;
/** Beside the teeth cheeks leave a dark corridor, of the mouth's width. */
const CORRIDOR = 0.08;
/** How much darker it is between two teeth. */
const BETWEEN_TEETH = 0.06;

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

/** One place of it; lengths are pixels of the output. */
interface Place {
  unit: number;
  /** Where the lips are, above and below the place. */
  upper: number;
  lower: number;
  /** Between them. */
  gap: number;
  across: number;
  /** From the middle between the incisors, in eye distances. */
  aside: number;
  /** The same, 1 at the end of the arch. */
  arch: number;
  /** The mouth's opening, in eye distances. */
  open: number;
  /** Of painted edges: about a pixel, more on a large face. */
  soft: number;
}

/** The inside of a mouth that no example shows: throat, tongue and teeth, painted in the colours of a palate. */
export class PaintedMouth {
  readonly #palate: Palate;
  /** Of the place that is painted; one object for all of them, since a frame has thousands. */
  readonly #place: Place = {
    unit: 1,
    upper: 0,
    lower: 0,
    gap: 1,
    across: 0,
    aside: 0,
    arch: 0,
    open: 0,
    soft: 1,
  };

  constructor(palate: Palate) {
    this.#palate = palate;
  }

  /**
   * The colour of one place.
   * @param teethShare 0 where teeth come from elsewhere, so that none appear twice … 1.
   */
  paint(
    frame: OpeningFrame,
    bite: Bite,
    { along, across, upper, lower }: OpeningPlace,
    teethShare: number,
    out: Colour,
  ): void {
    const place = this.#place;
    const { unit } = bite;
    place.unit = unit;
    place.upper = upper;
    place.lower = lower;
    place.gap = Math.max(1e-3, lower - upper);
    place.across = across;
    place.aside = (Math.abs(along - bite.centre) * frame.width) / unit;
    place.arch = Math.min(1, place.aside / ARCH);
    place.open = frame.height / unit;
    place.soft = Math.max(1, unit * 0.012);
    const palate = this.#palate;
    paintThroat(palate, place, out);
    paintTongue(palate, place, out);
    const shown =
      teethShare *
      bite.bared *
      (1 - smoothstep(0.55, 1.02, place.arch)) *
      smoothstep(0, CORRIDOR, Math.min(along, 1 - along));
    if (shown <= 0) return;
    // A mouth rounder than wide hides the lower ones behind the lip.
    const flat = smoothstep(0.9, 1.6, frame.width / Math.max(1e-3, frame.height));
    paintLowerTeeth(palate, bite, place, shown, flat, out);
    paintUpperTeeth(palate, bite, place, shown, out);
  }
}

function fallingIn(least: number, open: number): number {
  return least + (1 - least) * smoothstep(DIM_OPENING, LIT_OPENING, open);
}

function paintThroat({ cavity }: Palate, { open, arch }: Place, out: Colour): void {
  out.set(cavity);
  const shade = fallingIn(DIM_CAVITY, open) * (1 - CORNER_SHADE * smoothstep(0.35, 1, arch));
  out[0] = 16 + (out[0]! - 16) * shade;
}

/** Most of an open mouth: a back that faces the light, and sides that fall off into the dark. */
function paintTongue(
  { tongue }: Palate,
  { unit, lower, gap, across, aside, open, soft }: Place,
  out: Colour,
): void {
  const bulge = Math.sqrt(Math.max(0, 1 - (aside / (ARCH * TONGUE_WIDTH)) ** 2));
  const height = Math.max(1e-3, Math.min(TONGUE_OF_GAP * gap, TONGUE_HEIGHT * unit) * bulge);
  const top = lower - height;
  const rim = Math.max(soft * 3, TONGUE_SOFTNESS * gap);
  const tip = lower - smoothstep(0.15, 0.4, open) * TIP_RISE * height * (1 - bulge);
  const share =
    smoothstep(-rim * 0.5, rim, across - top) *
    smoothstep(-soft * 1.5, soft * 1.5, tip - across) *
    smoothstep(0, 0.6, bulge) *
    smoothstep(0.02, 0.1, gap / unit);
  if (share <= 0) return;
  const fromLit = (lower - across - LIT_ABOVE * height) / (LIT_HEIGHT * height);
  const facing = 1 / (1 + fromLit ** 2 + (aside / (ARCH * LIT_WIDTH)) ** 2);
  const atTip = smoothstep(0.25, 0.5, open) * smoothstep(-0.12 * unit, 0, across - lower);
  const inGroove = (1 - smoothstep(0, GROOVE_WIDTH, aside)) * smoothstep(-0.4, 0.5, fromLit);
  const light =
    (1 - GROOVE * inGroove) *
    (TONGUE_DARKEST + (1 - TONGUE_DARKEST) * facing) *
    (1 - TIP_SHADE * atTip) *
    fallingIn(DIM_TONGUE, open);
  mix(out, tongue, light, share);
}

function paintLowerTeeth(
  { teeth }: Palate,
  { lowerEdge, stretched }: Bite,
  { unit, lower, across, aside, arch, open, soft }: Place,
  shown: number,
  flat: number,
  out: Colour,
): void {
  const bared = stretched * smoothstep(0.25, 0.4, open);
  const rise = ARCH_RISE * arch * arch * unit;
  const top = Math.max(
    lowerEdge + (LOWER_BELOW - LOWER_BARED * bared) * unit + rise * 0.35,
    lower - (LOWER_SHOWN + (LOWER_SHOWN_BARED - LOWER_SHOWN) * bared) * unit,
  );
  const end = 0.35 + 0.2 * bared;
  const share =
    smoothstep(-soft, soft, across - top) *
    shown *
    (1 - smoothstep(end, end + 0.45, arch)) *
    Math.max(bared, flat);
  if (share <= 0) return;
  const relief = toothRelief(LOWER_TEETH, aside, 0.012);
  const light = 0.8 * (1 - BETWEEN_TEETH * (1 - relief));
  mix(out, teeth, light * (1 - 0.5 * arch), share * 0.85);
}

function paintUpperTeeth(
  { teeth, tongue }: Palate,
  { upperEdge }: Bite,
  { unit, upper, across, aside, arch, soft }: Place,
  shown: number,
  out: Colour,
): void {
  const rise = ARCH_RISE * arch * arch * unit;
  const end =
    upperEdge +
    OVERBITE * unit -
    rise +
    (1 - toothRelief(UPPER_TEETH, aside, 0.02)) * -0.006 * unit;
  const share = smoothstep(-soft, soft * 0.7, end - across) * shown;
  if (share <= 0) return;
  const relief = toothRelief(UPPER_TEETH, aside, 0.014);
  // The upper lip's shadow falls on the teeth.
  const shadow = 0.74 + 0.26 * smoothstep(0, 0.045 * unit, across - upper);
  mix(out, teeth, shadow * (1 - BETWEEN_TEETH * (1 - relief)) * (1 - 0.5 * arch * arch), share);
  const gum = smoothstep(-soft, soft * 2, end - UPPER_SHOWN * unit - across) * shown;
  if (gum > 0) mix(out, tongue, 0.8, gum);
}

function mix(out: Colour, colour: Colour, luma: number, share: number): void {
  out[0]! += (16 + (colour[0]! - 16) * luma - out[0]!) * share;
  out[1]! += (colour[1]! - out[1]!) * share;
  out[2]! += (colour[2]! - out[2]!) * share;
}
