import { smoothstep } from '../../smoothstep.ts';
import type { FaceFeatures } from './face-features.ts';

/** Parts of a face that may come from different examples. */
export interface RegionWeights {
  /** One weight an example, summing to one. */
  readonly face: Float64Array;
  readonly mouth: Float64Array;
  readonly eyes: Float64Array;
  /**
   * How nearly an example shows the region itself: 1 its very shape and turn, of the face its turn alone, 0 none like it. The base
   * counts as any other: points are held to the skin so well that the warp of a picture which shows that very mouth is nearer
   * to the truth than what a network adds. On clips from one picture a network's face gains 0.05 to 0.45 dB by that, and
   * is no longer worse than the warp where a face hardly moves.
   */
  readonly shown: { readonly mouth: number; readonly eyes: number; readonly face: number };
  /** How far the head is turned from all of the examples: 0 not so that it matters … 1 so far that skin is drawn out. */
  readonly turned: number;
}

/** The difference of each feature at which an example stops resembling the face; eye distances and radians. */
const TOLERANCE = {
  turn: 0.22,
  mouthOpen: 0.09,
  mouthWide: 0.1,
  smile: 0.08,
  lids: 0.03,
  brows: 0.06,
} as const;

/** Radians; the mesh shears all of a face that turns so far. */
const TURNED = { from: 0.3, to: 0.6 } as const;

/** Per frame at 30 fps: weights settle in about five frames, slow enough not to pop, quick enough for speech. */
const SETTLING = 0.3;

/** Distances count this much: the nearest example takes most, so that blends do not blur. */
const DECISIVENESS = 2;
/** Examples that are equally near are told apart by their order, the neutral one first. */
const ORDER = 0.3;
/**
 * Eyes are shown by none but much the same ones, at half the tolerance: where they only resemble, a
 * network that corrects them comes nearer to the truth.
 */
const EYES_STRICTNESS = 4;
/** At most this many examples share a region: each costs a pass over the face. */
const MOST_SHARING = 2;

/**
 * Distances → weights that sum to one, none but the {@link MOST_SHARING} nearest above zero. Their lead
 * over the next one counts, so that nothing pops when that one overtakes.
 */
function normalised(distances: readonly number[]): Float64Array {
  const ranked = distances.map((d, k) => d * DECISIVENESS + k * ORDER);
  const least = Math.min(...ranked);
  const weights = Float64Array.from(ranked, (d) => Math.exp(least - d));
  const next = weights.toSorted().at(-1 - MOST_SHARING) ?? 0;
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    weights[k] = Math.max(0, weights[k]! - next);
    sum += weights[k]!;
  }
  // Three of the very same rank: the first of them serves as well as any.
  if (sum === 0) weights[ranked.indexOf(least)] = 1;
  return weights.map((w) => w / (sum || 1));
}

/** How much each example resembles the face, region by region. */
export function resemblance(examples: readonly FaceFeatures[], face: FaceFeatures): RegionWeights {
  const square = (a: number, b: number, tolerance: number): number => ((a - b) / tolerance) ** 2;
  const turns = examples.map(
    (e) => square(e.yaw, face.yaw, TOLERANCE.turn) + square(e.pitch, face.pitch, TOLERANCE.turn),
  );
  const mouths = examples.map(
    (e, k) =>
      turns[k]! / 2 +
      square(e.mouthOpen, face.mouthOpen, TOLERANCE.mouthOpen) +
      square(e.mouthWide, face.mouthWide, TOLERANCE.mouthWide) +
      square(e.smile, face.smile, TOLERANCE.smile),
  );
  const eyes = examples.map(
    (e, k) =>
      turns[k]! / 2 +
      square(e.eyeOpenRight, face.eyeOpenRight, TOLERANCE.lids) +
      square(e.eyeOpenLeft, face.eyeOpenLeft, TOLERANCE.lids) +
      square(e.browRaise, face.browRaise, TOLERANCE.brows),
  );
  const shown = (distances: readonly number[], strictness = 1): number =>
    Math.exp(-strictness * Math.min(...distances));
  return {
    face: normalised(turns),
    mouth: normalised(mouths),
    eyes: normalised(eyes),
    turned: smoothstep(TURNED.from, TURNED.to, TOLERANCE.turn * Math.sqrt(Math.min(...turns))),
    shown: { mouth: shown(mouths), eyes: shown(eyes, EYES_STRICTNESS), face: shown(turns) },
  };
}

/** The weights one frame on: moved towards what the face asks for. */
export function settle(before: RegionWeights | undefined, wanted: RegionWeights): RegionWeights {
  if (before === undefined) return wanted;
  const near = (a: number, b: number): number => a + (b - a) * SETTLING;
  const step = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((value, k) => near(value, b[k]!));
  return {
    face: step(before.face, wanted.face),
    mouth: step(before.mouth, wanted.mouth),
    eyes: step(before.eyes, wanted.eyes),
    turned: near(before.turned, wanted.turned),
    shown: {
      mouth: near(before.shown.mouth, wanted.shown.mouth),
      eyes: near(before.shown.eyes, wanted.shown.eyes),
      face: near(before.shown.face, wanted.shown.face),
    },
  };
}
