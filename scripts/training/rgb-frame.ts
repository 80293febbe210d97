import type { CameraFrame, Picture } from '../../src/pipeline/picture.ts';

/** A square picture as a renderer wrote it: R, G, B interleaved, sRGB, row-major. */
export interface RgbFrame {
  readonly side: number;
  readonly rgb: Uint8Array;
}

export function pictureOfRgb({ side, rgb }: RgbFrame): Picture {
  const rgba = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++) {
    for (let k = 0; k < 3; k++) rgba[4 * i + k] = rgb[3 * i + k]!;
  }
  return { width: side, height: side, rgba };
}

/**
 * The frame as a camera's would come out of the decoder: BT.601 limited range, chroma of each two by
 * two pixels averaged (ITU-R BT.601-7 §2.5.3, rounded once).
 */
export function cameraFrameOfRgb({ side, rgb }: RgbFrame): CameraFrame {
  const half = side >> 1;
  const y = new Uint8Array(side * side);
  const u = new Uint8Array(half * half);
  const v = new Uint8Array(half * half);
  for (let i = 0, p = 0; i < y.length; i++, p += 3) {
    y[i] = 16.5 + 0.256788 * rgb[p]! + 0.504129 * rgb[p + 1]! + 0.097906 * rgb[p + 2]!;
  }
  for (let row = 0, c = 0; row < half; row++) {
    for (let column = 0; column < half; column++, c++) {
      const p = 3 * (2 * row * side + 2 * column);
      const q = p + 3 * side;
      const r = (rgb[p]! + rgb[p + 3]! + rgb[q]! + rgb[q + 3]!) / 4;
      const g = (rgb[p + 1]! + rgb[p + 4]! + rgb[q + 1]! + rgb[q + 4]!) / 4;
      const b = (rgb[p + 2]! + rgb[p + 5]! + rgb[q + 2]! + rgb[q + 5]!) / 4;
      u[c] = 128.5 - 0.148223 * r - 0.290993 * g + 0.439216 * b;
      v[c] = 128.5 + 0.439216 * r - 0.367788 * g - 0.071427 * b;
    }
  }
  return {
    width: side,
    height: side,
    y,
    u,
    v,
    strideY: side,
    strideUv: half,
    fullRange: false,
    rotation: 0,
  };
}

/** A camera frame as four bytes a pixel (Y, U, V, unused), chroma repeated. */
export function texelsOf({ width, height, y, u, v, strideY, strideUv }: CameraFrame): Uint8Array {
  const texels = new Uint8Array(width * height * 4);
  for (let row = 0, p = 0; row < height; row++) {
    for (let x = 0; x < width; x++, p += 4) {
      const c = (row >> 1) * strideUv + (x >> 1);
      texels[p] = y[row * strideY + x]!;
      texels[p + 1] = u[c]!;
      texels[p + 2] = v[c]!;
    }
  }
  return texels;
}
