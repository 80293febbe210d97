import type { OneEuroParameters } from './one-euro.ts';

/** One filter for each thing that moves in its own way. */
export interface FilterStrengths {
  /** Yaw, pitch and roll, in radians. */
  readonly turn: OneEuroParameters;
  /** The head's place, in units of the face. */
  readonly place: OneEuroParameters;
  /** Natural logarithm of the head's size. */
  readonly size: OneEuroParameters;
  /** Points of the face, in units of the face. */
  readonly lids: OneEuroParameters;
  readonly mouth: OneEuroParameters;
  readonly irises: OneEuroParameters;
  readonly skin: OneEuroParameters;
}

/** How a call is smoothed unless someone asks otherwise. */
export const DEFAULT_SMOOTHING = 0.5;

/**
 * A lag of twice its floor opens a filter by 4 Hz: of a slow movement less than a tenth of a second is left. More would let
 * through how a tracker trembles while something moves.
 */
const LAG_BETA = 4;

/**
 * The filters at the middle of the knob. MediaPipe's values (0.05 Hz at rest, 80 Hz for a speed of
 * one face a second, derivative at 1 Hz) are the base; what they would smear is opened sooner
 * (lids and lips, whose speed shows before a slow derivative has risen), what nobody moves that
 * quickly is held stiller (the head's size), and points that are held to the skin, which tremble little, follow closely. Each speed floor is what the tracker's own noise on a
 * still face reads as, and each noise that noise, measured on webcam clips at 30 fps: see
 * docs/motion.md.
 */
const MIDDLE: Readonly<Record<keyof FilterStrengths, Omit<OneEuroParameters, 'lagBeta'>>> = {
  turn: { minCutoff: 0.6, beta: 60, derivativeCutoff: 2, speedFloor: 0.02, noise: 0.0012 },
  place: { minCutoff: 0.6, beta: 50, derivativeCutoff: 2, speedFloor: 0.02, noise: 0.0016 },
  size: { minCutoff: 0.2, beta: 16, derivativeCutoff: 1, speedFloor: 0.03, noise: 0.0008 },
  lids: { minCutoff: 1, beta: 120, derivativeCutoff: 6, speedFloor: 0.03, noise: 0.0004 },
  mouth: { minCutoff: 0.8, beta: 120, derivativeCutoff: 4, speedFloor: 0.03, noise: 0.0005 },
  irises: { minCutoff: 0.8, beta: 80, derivativeCutoff: 4, speedFloor: 0.05, noise: 0.0005 },
  skin: { minCutoff: 0.2, beta: 80, derivativeCutoff: 2, speedFloor: 0.03, noise: 0.0004 },
};

/** From the middle to either end of the knob, cut-offs change this many times. */
const SPAN = 6;

/**
 * The knob: 0 snappy … 1 smooth. Cut-offs and their gain with speed fall geometrically along it;
 * at 0 itself landmarks pass as they are.
 * @returns undefined for no smoothing.
 */
export function filterStrengths(smoothing: number): FilterStrengths | undefined {
  if (!(smoothing > 0)) return undefined;
  const factor = SPAN ** (2 * (DEFAULT_SMOOTHING - Math.min(1, smoothing)));
  const scaled = (p: Omit<OneEuroParameters, 'lagBeta'>): OneEuroParameters => ({
    ...p,
    minCutoff: p.minCutoff * factor,
    beta: p.beta * factor,
    lagBeta: LAG_BETA * factor,
  });
  return {
    turn: scaled(MIDDLE.turn),
    place: scaled(MIDDLE.place),
    size: scaled(MIDDLE.size),
    lids: scaled(MIDDLE.lids),
    mouth: scaled(MIDDLE.mouth),
    irises: scaled(MIDDLE.irises),
    skin: scaled(MIDDLE.skin),
  };
}
