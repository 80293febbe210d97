import type { Picture } from '../picture.ts';
import { type CropFormat, type CropMap, type CropSource, cropMap } from './crop.ts';

/** Crops from a still picture; transparent pixels count as their colour. */
export function pictureSource(picture: Picture): CropSource {
  return {
    width: picture.width,
    height: picture.height,
    crop(region, format, tensor) {
      cropPicture(picture, cropMap(region, format.side), format, tensor);
    },
  };
}

function cropPicture(
  { width, height, rgba }: Picture,
  { x0, xi, xj, y0, yi, yj }: CropMap,
  { side, black, white, border }: CropFormat,
  tensor: Float32Array,
): void {
  const plane = side * side;
  const gain = (white - black) / 255;
  const lastX = width - 1;
  const lastY = height - 1;
  for (let j = 0, at = 0; j < side; j++) {
    for (let i = 0; i < side; i++, at++) {
      const rawX = x0 + xi * i + xj * j;
      const rawY = y0 + yi * i + yj * j;
      const x = Math.max(0, Math.min(rawX, lastX));
      const y = Math.max(0, Math.min(rawY, lastY));
      const left = Math.floor(x);
      const top = Math.floor(y);
      const fx = x - left;
      const fy = y - top;
      const right = left < lastX ? 4 : 0;
      const a = 4 * (top * width + left);
      const b = top < lastY ? a + 4 * width : a;
      const inside = border === 'black' ? coverage(rawX - x) * coverage(rawY - y) : 1;
      for (let channel = 0; channel < 3; channel++) {
        const p = a + channel;
        const q = b + channel;
        const upper = rgba[p]! + (rgba[p + right]! - rgba[p]!) * fx;
        const lower = rgba[q]! + (rgba[q + right]! - rgba[q]!) * fx;
        const value = upper + (lower - upper) * fy;
        tensor[at + channel * plane] = black + gain * value * inside;
      }
    }
  }
}

/** How much of a bilinear sample lies inside a picture that it is this far outside of. */
function coverage(outside: number): number {
  return Math.max(0, 1 - Math.abs(outside));
}
