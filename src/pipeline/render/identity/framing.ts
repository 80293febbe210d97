import type { FaceLandmarks } from '../../landmark/landmarks.ts';
import type { Picture, Px } from '../../picture.ts';
import type { Example } from '../engine.ts';
import { resizePicture } from './picture-resize.ts';

/** A square of a picture, in whole pixels, inside it. */
export interface Framing {
  readonly left: Px;
  readonly top: Px;
  readonly side: Px;
}

/** Room above the forehead and below the chin, in heights of the face: hair and shoulders show. */
const ABOVE = 0.6;
const BELOW = 0.8;
/** A crop that would spare less than this share of the picture is not worth losing the rest for. */
const WORTH_CROPPING = 0.85;

/** Chooses the square of a picture that shows the head with hair and shoulders. */
export function frameFace(face: FaceLandmarks): Framing {
  const { pictureWidth, pictureHeight } = face;
  const box = faceBox(face);
  const height = box.bottom - box.top;
  const largest = Math.min(pictureWidth, pictureHeight);
  const wanted = height * (1 + ABOVE + BELOW);
  const side = Math.max(1, Math.round(wanted > largest * WORTH_CROPPING ? largest : wanted));
  const slackAbove = (side - height) * (ABOVE / (ABOVE + BELOW));
  const centre = (box.left + box.right) / 2;
  return {
    left: within(Math.round(centre - side / 2), pictureWidth - side),
    top: within(Math.round(box.top - slackAbove), pictureHeight - side),
    side,
  };
}

/** The framed part of a picture and its face, at a side of `size`. */
export function frameExample(
  picture: Picture,
  face: FaceLandmarks,
  framing: Framing,
  size: Px,
): Example {
  const { left, top, side } = framing;
  const region = { left, top, width: side, height: side };
  return {
    picture: resizePicture(picture, { width: size, height: size }, region),
    landmarks: frameLandmarks(face, framing, size),
  };
}

/** The same face in the coordinates of the framed square at a side of `size`. */
export function frameLandmarks(face: FaceLandmarks, framing: Framing, size: Px): FaceLandmarks {
  const scale = size / framing.side;
  const points = Float32Array.from(face.points, (value, index) => {
    const axis = index % 3;
    const origin = axis === 0 ? framing.left : axis === 1 ? framing.top : 0;
    return (value - origin) * scale;
  });
  const person = face.person && {
    ...face.person,
    left: (face.person.left - framing.left) * scale,
    top: (face.person.top - framing.top) * scale,
    side: face.person.side * scale,
  };
  return { ...face, ...(person && { person }), points, pictureWidth: size, pictureHeight: size };
}

/** The box around all points of a face, in pixels of its picture. */
export function faceBox({ points, count }: FaceLandmarks): {
  left: Px;
  top: Px;
  right: Px;
  bottom: Px;
} {
  const box = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  };
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[i * 3]!, points[i * 3 + 1]!];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
