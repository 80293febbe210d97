import { EYES } from '../landmark/face-topology.ts';
import { browHeight, meanGaze } from './driver-calibration.ts';
import { lidGap } from './eye-shape.ts';
import { cornerLift, mouthGap, mouthWidth } from './mouth-shape.ts';
import type { FaceExpression } from './pose.ts';

/** A face at rest, as far as expressions are measured against it. */
export interface ExpressionReference {
  readonly mouthWidth: number;
  readonly cornerLift: number;
  readonly browHeight: number;
  /** Open lids, as shares of each eye's width: the subject's right, left. */
  readonly lidGaps: readonly [number, number];
}

export function expressionReference(neutral: Float64Array): ExpressionReference {
  return {
    mouthWidth: mouthWidth(neutral),
    cornerLift: cornerLift(neutral),
    browHeight: browHeight(neutral),
    lidGaps: [lidGap(neutral, EYES[0]), lidGap(neutral, EYES[1])],
  };
}

/** A yawn parts the lips by about this share of the mouth's width. */
const WIDEST_OPENING = 0.8;
/** The widest grin is about this much wider than the mouth at rest; corners rise by about as much of its width. */
const WIDEST_MOUTH = 0.35;
const HIGHEST_CORNERS = 0.2;
/** Brows rise by about this much, in the unit of the face. */
const HIGHEST_BROWS = 0.12;

const unit = (x: number): number => Math.min(1, Math.max(0, x));
const signedUnit = (x: number): number => Math.min(1, Math.max(-1, x));

/** What a face in face space does, against itself at rest. */
export function expressionOf(face: Float64Array, rest: ExpressionReference): FaceExpression {
  const wide = mouthWidth(face) / rest.mouthWidth - 1;
  const lift = (cornerLift(face) - rest.cornerLift) / rest.mouthWidth;
  const look = meanGaze(face);
  const blink = (side: 0 | 1): number => unit(1 - lidGap(face, EYES[side]) / rest.lidGaps[side]);
  return {
    mouthOpen: unit(mouthGap(face) / rest.mouthWidth / WIDEST_OPENING),
    mouthWide: unit(0.5 + wide / WIDEST_MOUTH / 2),
    smile: unit((unit(wide / WIDEST_MOUTH) + lift / HIGHEST_CORNERS) / 2),
    blinkRight: blink(0),
    blinkLeft: blink(1),
    gazeX: signedUnit(look.x),
    gazeY: signedUnit(look.y),
    browRaise: unit((browHeight(face) - rest.browHeight) / HIGHEST_BROWS),
  };
}
