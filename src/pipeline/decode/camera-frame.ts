import type { CameraFrame, Px } from '../picture.ts';

/** A decoder's picture as it lies in memory that the decoder will reuse. */
export interface DecodedPlanes {
  readonly width: Px;
  readonly height: Px;
  /** Y, U, V. */
  readonly planes: readonly Uint8Array[];
  /** Bytes from row to row, often more than the width: decoders pad. */
  readonly strides: readonly number[];
  readonly fullRange: boolean;
}

/**
 * Copies a decoder's 4:2:0 planes, padding dropped, into a frame that the receiver owns.
 * @param spare a frame that nobody reads any more: its memory is written again where the size is the same.
 */
export function cameraFrameFromPlanes(source: DecodedPlanes, spare?: CameraFrame): CameraFrame {
  const { width, height, planes, strides, fullRange } = source;
  const old = spare?.width === width && spare.height === height ? spare : undefined;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  return {
    width,
    height,
    y: copyPlane(planes[0]!, strides[0]!, width, height, old?.y),
    u: copyPlane(planes[1]!, strides[1]!, chromaWidth, chromaHeight, old?.u),
    v: copyPlane(planes[2]!, strides[2]!, chromaWidth, chromaHeight, old?.v),
    strideY: width,
    strideUv: chromaWidth,
    fullRange,
    rotation: 0,
  };
}

function copyPlane(
  from: Uint8Array,
  stride: number,
  width: number,
  height: number,
  plane: Uint8Array = new Uint8Array(width * height),
): Uint8Array {
  if (stride === width) {
    plane.set(from.subarray(0, width * height));
    return plane;
  }
  for (let row = 0; row < height; row++) {
    plane.set(from.subarray(row * stride, row * stride + width), row * width);
  }
  return plane;
}
