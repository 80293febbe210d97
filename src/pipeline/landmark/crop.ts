import type { CameraFrame, Px } from '../picture.ts';
import type { FaceRegion } from './face-region.ts';

/** What a network wants to see: a square planar RGB tensor. */
export interface CropFormat {
  /** A multiple of 4. */
  readonly side: Px;
  /** The values of black and of full white, the larger being white's. */
  readonly black: number;
  readonly white: number;
  /** Outside the picture: its nearest pixel, or black. */
  readonly border: 'replicate' | 'black';
}

/** Anything a crop can be taken from; the size is that of the upright picture. */
export interface CropSource {
  readonly width: Px;
  readonly height: Px;
  /** Writes `3 × side²` planar RGB values of the region to `tensor`. */
  crop(region: FaceRegion, format: CropFormat, tensor: Float32Array): void;
}

/**
 * From the index of an output pixel to source coordinates, whole numbers being pixel centres:
 * x = x0 + i·xi + j·xj, y = y0 + i·yi + j·yj.
 */
export interface CropMap {
  readonly x0: number;
  readonly xi: number;
  readonly xj: number;
  readonly y0: number;
  readonly yi: number;
  readonly yj: number;
}

/** MediaPipe maps corners on corners: index i of a side samples centre + (i − side/2)·k. */
export function cropMap(region: FaceRegion, side: Px): CropMap {
  const k = region.size / side;
  const cos = Math.cos(region.roll) * k;
  const sin = Math.sin(region.roll) * k;
  const half = side / 2;
  return {
    x0: region.x - half * cos + half * sin,
    xi: cos,
    xj: -sin,
    y0: region.y - half * sin - half * cos,
    yi: sin,
    yj: cos,
  };
}

/** Carries a map into the upright picture back to the frame as stored, before its clockwise turn. */
export function storedMap(
  { x0, xi, xj, y0, yi, yj }: CropMap,
  { rotation, width, height }: Pick<CameraFrame, 'rotation' | 'width' | 'height'>,
): CropMap {
  const right = width - 1;
  const bottom = height - 1;
  switch (rotation) {
    case 0:
      return { x0, xi, xj, y0, yi, yj };
    case 90:
      return { x0: y0, xi: yi, xj: yj, y0: bottom - x0, yi: -xi, yj: -xj };
    case 180:
      return { x0: right - x0, xi: -xi, xj: -xj, y0: bottom - y0, yi: -yi, yj: -yj };
    case 270:
      return { x0: right - y0, xi: -yi, xj: -yj, y0: x0, yi: xi, yj: xj };
  }
}
