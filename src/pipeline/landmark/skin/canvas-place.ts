import type { Px } from '../../picture.ts';
import { FACE_OVAL } from '../face-topology.ts';

/** Pixels of the canvas along a side. */
export const CANVAS_SIDE = 192;
/** Of the canvas, what the face takes up the long way: what is around it helps to tell where it ends. */
const FACE_SHARE = 0.85;

/** Where the canvas lies in a picture. */
export interface CanvasPlace {
  /** The canvas' middle. */
  readonly x: Px;
  readonly y: Px;
  /** Pixels of the canvas to one of the picture's; not a number, nor finite, where the face has no size. */
  readonly scale: number;
}

/** The canvas around a face. @param points x, y, z of its mesh, in pixels of the picture. */
export function canvasPlace(points: Float32Array): CanvasPlace {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const i of FACE_OVAL) {
    for (const k of [0, 1]) {
      low[k] = Math.min(low[k]!, points[3 * i + k]!);
      high[k] = Math.max(high[k]!, points[3 * i + k]!);
    }
  }
  return {
    x: (low[0]! + high[0]!) / 2,
    y: (low[1]! + high[1]!) / 2,
    scale: (FACE_SHARE * CANVAS_SIDE) / Math.max(high[0]! - low[0]!, high[1]! - low[1]!),
  };
}

/** Points of the picture where they lie in the canvas: x, y, z in its pixels. */
export function toCanvas(points: Float32Array, place: CanvasPlace, into: Float32Array): void {
  const { x, y, scale } = place;
  for (let i = 0; i < into.length; i += 3) {
    into[i] = (points[i]! - x) * scale + CANVAS_SIDE / 2;
    into[i + 1] = (points[i + 1]! - y) * scale + CANVAS_SIDE / 2;
    into[i + 2] = points[i + 2]! * scale;
  }
}
