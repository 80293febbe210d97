import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame } from '../../src/pipeline/picture.ts';
import type { ClipFrame } from './clip.ts';

/** Area-averages one plane to another size. */
function resized(
  plane: Uint8Array,
  stride: number,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  side: number,
): Uint8Array {
  const out = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    const fromY = top + (y * height) / side;
    const toY = top + ((y + 1) * height) / side;
    for (let x = 0; x < side; x++) {
      const fromX = left + (x * width) / side;
      const toX = left + ((x + 1) * width) / side;
      let sum = 0;
      let area = 0;
      for (let v = Math.floor(fromY); v < toY; v++) {
        const h = Math.min(v + 1, toY) - Math.max(v, fromY);
        for (let u = Math.floor(fromX); u < toX; u++) {
          const a = h * (Math.min(u + 1, toX) - Math.max(u, fromX));
          sum += plane[v * stride + u]! * a;
          area += a;
        }
      }
      out[y * side + x] = Math.round(sum / area);
    }
  }
  return out;
}

/** How a clip that is not square becomes one. */
export type Squaring = 'squeeze' | 'crop';

function squared(frame: CameraFrame, side: number, squaring: Squaring): CameraFrame {
  const { width, height } = frame;
  const crop = Math.min(width, height) & ~3;
  const area =
    squaring === 'squeeze'
      ? { left: 0, top: 0, width, height }
      : {
          left: ((width - crop) >> 2) * 2,
          top: ((height - crop) >> 2) * 2,
          width: crop,
          height: crop,
        };
  const half = {
    left: area.left / 2,
    top: area.top / 2,
    width: area.width / 2,
    height: area.height / 2,
  };
  return {
    ...frame,
    width: side,
    height: side,
    y: resized(frame.y, frame.strideY, area, side),
    u: resized(frame.u, frame.strideUv, half, side / 2),
    v: resized(frame.v, frame.strideUv, half, side / 2),
    strideY: side,
    strideUv: side / 2,
  };
}

/** The first frames of a clip that have a face, as squares. */
export async function readClip(
  path: string,
  tracker: FaceTracker,
  side: number,
  squaring: Squaring,
  most: number,
): Promise<ClipFrame[]> {
  const reader = await openMediaFile(path, await openCodecs({ prefer: 'auto' }));
  const frames: ClipFrame[] = [];
  try {
    for await (const { frame, at } of reader.frames()) {
      const square = squared(frame, side, squaring);
      const face = await tracker.track(square, at);
      if (face) frames.push({ frame: square, face });
      if (frames.length === most) break;
    }
  } finally {
    reader.close();
  }
  return frames;
}
