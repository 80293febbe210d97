import type { CameraFrame, Picture, Px } from '../picture.ts';
import type { FaceRegion } from './face-region.ts';

/** What a network wants to see: a square planar RGB tensor. */
export interface CropFormat {
  readonly side: Px;
  /** The values of black and of full white. */
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
 * x = x0 + i·xi + j·xj. MediaPipe maps corners on corners, so index i samples centre + (i − side/2)·k.
 */
interface Affine {
  readonly x0: number;
  readonly xi: number;
  readonly xj: number;
  readonly y0: number;
  readonly yi: number;
  readonly yj: number;
}

function affineOf(region: FaceRegion, side: Px): Affine {
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

/** Carries upright coordinates back to the stored frame, whose display wants a clockwise turn. */
function unrotate(a: Affine, { rotation, width, height }: CameraFrame): Affine {
  const x = { at: a.x0, i: a.xi, j: a.xj };
  const y = { at: a.y0, i: a.yi, j: a.yj };
  const flip = (v: typeof x, last: number) => ({ at: last - v.at, i: -v.i, j: -v.j });
  const turned = {
    0: () => [x, y],
    90: () => [y, flip(x, height - 1)],
    180: () => [flip(x, width - 1), flip(y, height - 1)],
    270: () => [flip(y, width - 1), x],
  }[rotation]() as [typeof x, typeof x];
  const [sx, sy] = turned;
  return { x0: sx.at, xi: sx.i, xj: sx.j, y0: sy.at, yi: sy.i, yj: sy.j };
}

/** BT.601 luma weights (ITU-R BT.601-7 §2.5.1). */
const KR = 0.299;
const KB = 0.114;
const KG = 1 - KR - KB;

/** Crops straight from the decoder's planes: turning, scaling and colour conversion in one pass. */
export function cameraFrameSource(frame: CameraFrame): CropSource {
  const sideways = frame.rotation === 90 || frame.rotation === 270;
  return {
    width: sideways ? frame.height : frame.width,
    height: sideways ? frame.width : frame.height,
    crop(region, format, tensor) {
      cropCameraFrame(frame, unrotate(affineOf(region, format.side), frame), format, tensor);
    },
  };
}

function cropCameraFrame(
  frame: CameraFrame,
  affine: Affine,
  { side, black, white, border }: CropFormat,
  tensor: Float32Array,
): void {
  const { y: lumaPlane, u: uPlane, v: vPlane, strideY, strideUv, width, height } = frame;
  const { x0, xi, xj, y0, yi, yj } = affine;
  const lastX = width - 1;
  const lastY = height - 1;
  const lastChromaX = ((width + 1) >> 1) - 1;
  const lastChromaY = ((height + 1) >> 1) - 1;
  const plane = side * side;
  const range = white - black;
  // Limited range: luma 16…235, chroma 16…240 about 128.
  const lumaGain = frame.fullRange ? range / 255 : range / 219;
  const lumaOffset = black - (frame.fullRange ? 0 : 16 * lumaGain);
  const chromaGain = frame.fullRange ? range / 255 : range / 224;
  const rv = 2 * (1 - KR) * chromaGain;
  const bu = 2 * (1 - KB) * chromaGain;
  const gu = (-KB / KG) * bu;
  const gv = (-KR / KG) * rv;
  const low = Math.min(black, white);
  const high = Math.max(black, white);
  const fade = border === 'black';

  for (let j = 0, at = 0; j < side; j++) {
    for (let i = 0; i < side; i++, at++) {
      const rawX = x0 + xi * i + xj * j;
      const rawY = y0 + yi * i + yj * j;
      const x = rawX < 0 ? 0 : Math.min(rawX, lastX);
      const y = rawY < 0 ? 0 : Math.min(rawY, lastY);

      let left = x | 0;
      let top = y | 0;
      let fx = x - left;
      let fy = y - top;
      let right = left < lastX ? 1 : 0;
      let a = top * strideY + left;
      let b = top < lastY ? a + strideY : a;
      const upper = lumaPlane[a]! + (lumaPlane[a + right]! - lumaPlane[a]!) * fx;
      const lower = lumaPlane[b]! + (lumaPlane[b + right]! - lumaPlane[b]!) * fx;
      const luma = lumaOffset + lumaGain * (upper + (lower - upper) * fy);

      // A chroma sample lies at the centre of its 2×2 luma block.
      let cx = x * 0.5 - 0.25;
      let cy = y * 0.5 - 0.25;
      if (cx < 0) cx = 0;
      if (cy < 0) cy = 0;
      if (cx > lastChromaX) cx = lastChromaX;
      if (cy > lastChromaY) cy = lastChromaY;
      left = cx | 0;
      top = cy | 0;
      fx = cx - left;
      fy = cy - top;
      right = left < lastChromaX ? 1 : 0;
      a = top * strideUv + left;
      b = top < lastChromaY ? a + strideUv : a;
      const topWeight = 1 - fy;
      const w00 = (1 - fx) * topWeight;
      const w10 = fx * topWeight;
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      const u =
        uPlane[a]! * w00 + uPlane[a + right]! * w10 + uPlane[b]! * w01 + uPlane[b + right]! * w11;
      const v =
        vPlane[a]! * w00 + vPlane[a + right]! * w10 + vPlane[b]! * w01 + vPlane[b + right]! * w11;
      const du = u - 128;
      const dv = v - 128;

      let red = luma + rv * dv;
      let green = luma + gu * du + gv * dv;
      let blue = luma + bu * du;
      red = red < low ? low : Math.min(red, high);
      green = green < low ? low : Math.min(green, high);
      blue = blue < low ? low : Math.min(blue, high);
      if (fade && (x !== rawX || y !== rawY)) {
        const inside = coverage(rawX - x) * coverage(rawY - y);
        red = black + (red - black) * inside;
        green = black + (green - black) * inside;
        blue = black + (blue - black) * inside;
      }
      tensor[at] = red;
      tensor[at + plane] = green;
      tensor[at + 2 * plane] = blue;
    }
  }
}

/** How much of a bilinear sample still lies inside a picture that it is this far outside of. */
function coverage(outside: number): number {
  const distance = Math.abs(outside);
  return distance < 1 ? 1 - distance : 0;
}

/** Crops from a still picture. Transparent pixels count as their colour. */
export function pictureSource(picture: Picture): CropSource {
  return {
    width: picture.width,
    height: picture.height,
    crop(region, format, tensor) {
      cropPicture(picture, affineOf(region, format.side), format, tensor);
    },
  };
}

function cropPicture(
  { width, height, rgba }: Picture,
  { x0, xi, xj, y0, yi, yj }: Affine,
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
      const x = rawX < 0 ? 0 : Math.min(rawX, lastX);
      const y = rawY < 0 ? 0 : Math.min(rawY, lastY);
      const left = x | 0;
      const top = y | 0;
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
