import type { CameraFrame, Picture } from '../../../src/pipeline/picture.ts';

/** A frame whose planes are functions of the pixel's place in it, with padding after every row. */
export function makeFrame(
  width: number,
  height: number,
  luma: (x: number, y: number) => number,
  chroma: (x: number, y: number) => { u: number; v: number } = () => ({ u: 128, v: 128 }),
  rest: Partial<CameraFrame> = {},
): CameraFrame {
  const strideY = width + 5;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const strideUv = chromaWidth + 3;
  const y = new Uint8Array(strideY * height).fill(77);
  const u = new Uint8Array(strideUv * chromaHeight).fill(77);
  const v = u.slice();
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) y[row * strideY + column] = luma(column, row);
  for (let row = 0; row < chromaHeight; row++)
    for (let column = 0; column < chromaWidth; column++) {
      const sample = chroma(column, row);
      u[row * strideUv + column] = sample.u;
      v[row * strideUv + column] = sample.v;
    }
  return { width, height, y, u, v, strideY, strideUv, fullRange: true, rotation: 0, ...rest };
}

/** The frame as a decoder for display would show it (BT.601), before its rotation. */
export function toPicture(frame: CameraFrame): Picture {
  const { width, height, strideY, strideUv, fullRange } = frame;
  const lastX = ((width + 1) >> 1) - 1;
  const lastY = ((height + 1) >> 1) - 1;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const chroma = (plane: Uint8Array, x: number, y: number) => {
    const cx = Math.min(Math.max(x / 2 - 0.25, 0), lastX);
    const cy = Math.min(Math.max(y / 2 - 0.25, 0), lastY);
    const [left, top] = [Math.floor(cx), Math.floor(cy)];
    const [right, bottom] = [Math.min(left + 1, lastX), Math.min(top + 1, lastY)];
    const row = (at: number) =>
      plane[at * strideUv + left]! * (1 - cx + left) + plane[at * strideUv + right]! * (cx - left);
    return row(top) * (1 - cy + top) + row(bottom) * (cy - top) - 128;
  };
  const gain = fullRange ? 1 : 255 / 224;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const stored = frame.y[y * strideY + x]!;
      const luma = fullRange ? stored : (stored - 16) * (255 / 219);
      const u = chroma(frame.u, x, y) * gain;
      const v = chroma(frame.v, x, y) * gain;
      rgba[at] = luma + 1.402 * v;
      rgba[at + 1] = luma - 0.344136 * u - 0.714136 * v;
      rgba[at + 2] = luma + 1.772 * u;
      rgba[at + 3] = 255;
    }
  }
  return { width, height, rgba };
}

/** A picture as a frame: 4:2:0, full range. */
export function toFrame({ width, height, rgba }: Picture): CameraFrame {
  const rgb = (x: number, y: number) => {
    const at = 4 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
    return [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!] as const;
  };
  const luma = (x: number, y: number) => {
    const [r, g, b] = rgb(x, y);
    return Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  };
  const chroma = (x: number, y: number) => {
    const [r, , b] = rgb(2 * x, 2 * y);
    const base = luma(2 * x, 2 * y);
    const near = (value: number) => Math.min(255, Math.max(0, Math.round(128 + value)));
    return { u: near((b - base) / 1.772), v: near((r - base) / 1.402) };
  };
  return makeFrame(width, height, luma, chroma);
}
