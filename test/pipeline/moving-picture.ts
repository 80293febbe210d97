import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';

/** One frame of a picture with slopes, edges and colour, all moving: what codecs are tried on. */
export function movingPicture(width: number, height: number, index: number): AvatarFrame {
  const chromaWidth = width / 2;
  const chromaHeight = height / 2;
  const y = new Uint8Array(width * height);
  const u = new Uint8Array(chromaWidth * chromaHeight);
  const v = new Uint8Array(chromaWidth * chromaHeight);
  const discX = width * (0.5 + 0.3 * Math.sin(index / 9));
  const discY = height * (0.5 + 0.3 * Math.cos(index / 7));
  const radius = Math.min(width, height) / 5;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const wave = 40 * Math.sin((column + 3 * index) / 17) * Math.cos((row - index) / 13);
      const inside = Math.hypot(column - discX, row - discY) < radius;
      y[row * width + column] = inside ? 200 : 110 + wave;
    }
  }
  for (let row = 0; row < chromaHeight; row++) {
    for (let column = 0; column < chromaWidth; column++) {
      const inside = Math.hypot(2 * column - discX, 2 * row - discY) < radius;
      u[row * chromaWidth + column] = inside ? 90 : 100 + (60 * column) / chromaWidth;
      v[row * chromaWidth + column] = inside ? 200 : 110 + (40 * row) / chromaHeight;
    }
  }
  return { width, height, y, u, v };
}

/** A frame of one colour. */
export function flatPicture(
  width: number,
  height: number,
  [y, u, v]: readonly [number, number, number],
): AvatarFrame {
  const chroma = (width * height) / 4;
  return {
    width,
    height,
    y: new Uint8Array(width * height).fill(y),
    u: new Uint8Array(chroma).fill(u),
    v: new Uint8Array(chroma).fill(v),
  };
}

/** Peak signal to noise of all three planes together, in dB. */
export function psnr(sent: AvatarFrame, seen: CameraFrame): number {
  let error = 0;
  let samples = 0;
  for (const plane of ['y', 'u', 'v'] as const) {
    for (let i = 0; i < sent[plane].length; i++) error += (sent[plane][i]! - seen[plane][i]!) ** 2;
    samples += sent[plane].length;
  }
  return 10 * Math.log10(255 ** 2 / (error / samples));
}
