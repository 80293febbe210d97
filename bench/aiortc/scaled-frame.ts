import type { AvatarFrame, CameraFrame, Px } from '../../src/pipeline/picture.ts';

/** A square camera frame at a whole fraction of its side, each pixel the mean of those it stands for. */
export function scaledDown(frame: CameraFrame, size: Px): AvatarFrame {
  const factor = frame.width / size;
  if (frame.width !== frame.height || !Number.isInteger(factor))
    throw new RangeError(`${frame.width}x${frame.height} has no whole fraction of ${size}x${size}`);
  const { y, u, v, strideY, strideUv } = frame;
  return {
    width: size,
    height: size,
    y: means(y, strideY, size, factor),
    u: means(u, strideUv, size / 2, factor),
    v: means(v, strideUv, size / 2, factor),
  };
}

function means(plane: Uint8Array, stride: number, size: Px, factor: number): Uint8Array {
  const out = new Uint8Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++)
        for (let dx = 0; dx < factor; dx++)
          sum += plane[(y * factor + dy) * stride + x * factor + dx] ?? 0;
      out[y * size + x] = Math.round(sum / factor ** 2);
    }
  return out;
}
