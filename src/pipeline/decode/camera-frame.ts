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

/** Copies a decoder's 4:2:0 planes, padding dropped, into a frame that the receiver owns. */
export function cameraFrameFromPlanes(source: DecodedPlanes): CameraFrame {
  const { width, height, planes, strides, fullRange } = source;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  return {
    width,
    height,
    y: copyPlane(planes[0]!, strides[0]!, width, height),
    u: copyPlane(planes[1]!, strides[1]!, chromaWidth, chromaHeight),
    v: copyPlane(planes[2]!, strides[2]!, chromaWidth, chromaHeight),
    strideY: width,
    strideUv: chromaWidth,
    fullRange,
    rotation: 0,
  };
}

function copyPlane(from: Uint8Array, stride: number, width: number, height: number): Uint8Array {
  if (stride === width) return new Uint8Array(from.subarray(0, width * height));
  const plane = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    plane.set(from.subarray(row * stride, row * stride + width), row * width);
  }
  return plane;
}
