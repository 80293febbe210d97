import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame, Picture } from '../../src/pipeline/picture.ts';

/** A frame of a clip as a square, and the face in it. */
export interface ClipFrame {
  readonly frame: CameraFrame;
  readonly face: FaceLandmarks;
}

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

/** All frames of a clip that have a face, as squares. */
export async function readClip(
  path: string,
  tracker: FaceTracker,
  side: number,
  squaring: Squaring,
): Promise<ClipFrame[]> {
  const reader = await openMediaFile(path, await openCodecs({ prefer: 'auto' }));
  const frames: ClipFrame[] = [];
  try {
    for await (const { frame, at } of reader.frames()) {
      const square = squared(frame, side, squaring);
      const face = await tracker.track(square, at);
      if (face) frames.push({ frame: square, face });
    }
  } finally {
    reader.close();
  }
  return frames;
}

/** BT.601 limited range → RGBA, chroma repeated. */
export function pictureOf({ y, u, v, width, height, strideY, strideUv }: CameraFrame): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const luma = 1.164383 * (y[row * strideY + x]! - 16);
      const c = (row >> 1) * strideUv + (x >> 1);
      const cb = u[c]! - 128;
      const cr = v[c]! - 128;
      rgba.set(
        [luma + 1.596027 * cr, luma - 0.391762 * cb - 0.812968 * cr, luma + 2.017232 * cb, 255],
        (row * width + x) * 4,
      );
    }
  }
  return { width, height, rgba };
}
