import { join } from 'node:path';
import { openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import { cameraFrameSource } from '../src/pipeline/landmark/camera-crop.io.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import { SkinTracker } from '../src/pipeline/landmark/skin/skin-tracker.ts';
import { openMediaFile } from '../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import { type Milli, monotonicClock } from '../src/time.ts';

/** Times of one piece of work, one thread. */
export interface LandmarkFigure {
  readonly what: string;
  /** What it costs where nothing else runs. */
  readonly min: Milli;
  readonly p50: Milli;
  readonly p95: Milli;
}

const CLIP = join(import.meta.dirname, '../assets/sample-actor.webm');
/** Enough for a steady median; the first ones, while code is compiled, do not count. */
const FRAMES = 200;
const WARM_UP = 20;

/**
 * Measures the landmark stage on the sample actor: what a followed frame costs, and a frame in which
 * the face must be found anew.
 * @param models face_landmarker.task files to measure besides the embedded model.
 */
export async function measureLandmarks(models: readonly string[]): Promise<LandmarkFigure[]> {
  const frames = await readFrames();
  const figures = [await measure('crop 192²', frames, cropper())];
  for (const faceModelPath of [undefined, ...models]) {
    const location = { faceModelPath, modelsFolder: '/nonexistent' };
    for (const blendshapes of faceModelPath === undefined ? [false] : [false, true]) {
      const model = await openLandmarkModel(location, { blendshapes });
      const name = `${model.name}${blendshapes ? ' + blendshapes' : ''}`;
      const tracker = model.createTracker();
      figures.push(await measure(`${name}: follow`, frames, (frame) => tracker.track(frame, 0)));
      const held = new SkinTracker(model.createTracker());
      figures.push(
        await measure(`${name}: follow, held to the skin`, frames, (frame) => held.track(frame, 0)),
      );
      if (!blendshapes) {
        figures.push(
          await measure(`${name}: find anew`, frames, (frame) => {
            tracker.reset();
            return tracker.track(frame, 0);
          }),
        );
      }
      await model.close();
    }
  }
  return figures;
}

function cropper(): (frame: CameraFrame) => Promise<void> {
  const side = 192;
  const tensor = new Float32Array(3 * side * side);
  const format = { side, black: 0, white: 1, border: 'replicate' } as const;
  return async (frame) => {
    const region = { x: frame.width / 2, y: frame.height / 2, size: frame.height * 0.7, roll: 0.1 };
    cameraFrameSource(frame).crop(region, format, tensor);
  };
}

async function measure(
  what: string,
  frames: readonly CameraFrame[],
  work: (frame: CameraFrame) => Promise<unknown>,
): Promise<LandmarkFigure> {
  const times: Milli[] = [];
  for (const frame of frames) {
    const start = monotonicClock();
    await work(frame);
    times.push(monotonicClock() - start);
  }
  const steady = times.slice(WARM_UP);
  return {
    what,
    min: quantile(steady, 0),
    p50: quantile(steady, 0.5),
    p95: quantile(steady, 0.95),
  };
}

async function readFrames(): Promise<CameraFrame[]> {
  const reader = await openMediaFile(CLIP, await openCodecs({ prefer: 'auto' }));
  try {
    const frames: CameraFrame[] = [];
    for await (const { frame } of reader.frames()) {
      frames.push(frame);
      if (frames.length >= FRAMES) break;
    }
    return frames;
  } finally {
    await reader.close();
  }
}

if (import.meta.main) {
  for (const { what, min, p50, p95 } of await measureLandmarks(process.argv.slice(2))) {
    const times = [min, p50, p95].map((time) => time.toFixed(2).padStart(7)).join('');
    console.log(`${what.padEnd(60)} min, p50, p95 [ms]${times}`);
  }
}
