import { UnderstudyError } from '../../../errors.ts';
import type { FaceLandmarks } from '../../landmark/landmarks.ts';
import type { Px } from '../../picture.ts';
import { faceBox } from './framing.ts';

export type EnrolmentErrorCode =
  | 'no_face'
  | 'several_faces'
  | 'face_too_small'
  | 'face_turned_away'
  | 'picture_unreadable'
  | 'no_pictures'
  | 'too_many_pictures'
  | 'already_enrolled';

/** What no identity can be made from; `picture` is the one at fault, counted from 0. */
export class EnrolmentError extends UnderstudyError<EnrolmentErrorCode> {
  readonly picture: number | undefined;

  constructor(
    code: EnrolmentErrorCode,
    message: string,
    detail: { picture?: number; value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(code, message, detail);
    this.name = 'EnrolmentError';
    this.picture = detail.picture;
  }
}

/** What is wrong with a picture's file: it says so itself. */
export function unreadable(picture: number, cause: unknown): EnrolmentError {
  const reason = cause instanceof UnderstudyError ? cause.message : 'It could not be read.';
  return new EnrolmentError('picture_unreadable', `Picture ${picture + 1}: ${reason}`, {
    picture,
    cause,
  });
}

/** A face narrower than this has no detail to show at 512²: it would be enlarged more than fourfold. */
export const MIN_FACE_WIDTH: Px = 72;
/** A second face smaller than this share of the first is a passer-by, or a picture on the wall. */
const BYSTANDER_SHARE = 0.35;
/**
 * The nose's tip between the cheeks: 0.5 is straight ahead. Past these the far half of the face is
 * hidden, and the first picture is what everything is warped from.
 */
const MOST_TURNED_FIRST = { least: 0.12, most: 0.88 };
/** Further pictures are there for what the first cannot show: turned up to about 45°. */
const MOST_TURNED = { least: -0.15, most: 1.15 };
/** Landmarks of MediaPipe's face mesh: the cheeks' edges and the nose's tip. */
const RIGHT_CHEEK = 234;
const LEFT_CHEEK = 454;
const NOSE_TIP = 1;

/**
 * @param faces all faces of one picture, largest first.
 * @returns the face to enrol.
 * @throws EnrolmentError with a sentence that says what to do instead.
 */
export function checkFaces(faces: readonly FaceLandmarks[], picture: number): FaceLandmarks {
  const [face, second] = faces;
  const where = `Picture ${picture + 1}`;
  if (!face) {
    throw new EnrolmentError(
      'no_face',
      `${where} shows no face that we can find. Use one where the whole face is visible, facing the camera, in good light.`,
      { picture },
    );
  }
  const width = widthOf(face);
  if (second && widthOf(second) > width * BYSTANDER_SHARE) {
    throw new EnrolmentError(
      'several_faces',
      `${where} shows ${faces.length} faces. Use one that shows a single person, or crop it to one.`,
      { picture, value: faces.length, valid: 1 },
    );
  }
  if (width < MIN_FACE_WIDTH) {
    throw new EnrolmentError(
      'face_too_small',
      `The face in picture ${picture + 1} is ${Math.round(width)} pixels wide; at least ${MIN_FACE_WIDTH} are needed. Use a closer or larger picture.`,
      { picture, value: width, valid: MIN_FACE_WIDTH },
    );
  }
  const turn = noseBetweenCheeks(face);
  const limits = picture === 0 ? MOST_TURNED_FIRST : MOST_TURNED;
  if (!(turn > limits.least && turn < limits.most)) {
    throw new EnrolmentError(
      'face_turned_away',
      `The face in picture ${picture + 1} is turned away too far. Use one that looks towards the camera.`,
      { picture, value: turn, valid: limits },
    );
  }
  return face;
}

function widthOf(face: FaceLandmarks): Px {
  const { left, right } = faceBox(face);
  return right - left;
}

function noseBetweenCheeks({ points }: FaceLandmarks): number {
  const [right, left, nose] = [RIGHT_CHEEK, LEFT_CHEEK, NOSE_TIP].map((index) => ({
    x: points[index * 3]!,
    y: points[index * 3 + 1]!,
  })) as [Point, Point, Point];
  // Along the line between the cheeks, so that a tilted head is not taken for a turned one.
  const [dx, dy] = [left.x - right.x, left.y - right.y];
  return ((nose.x - right.x) * dx + (nose.y - right.y) * dy) / (dx * dx + dy * dy);
}

interface Point {
  readonly x: Px;
  readonly y: Px;
}
