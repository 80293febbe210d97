import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { LandmarkModel } from '../../src/pipeline/landmark/face-tracker.ts';
import { openLandmarkModel } from '../../src/pipeline/landmark/landmark-model.io.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame, Picture } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { align, correlationAt, type Series, steadied } from './series.ts';

/** What of a face is compared between the driver and the far end. */
export const FEATURES = ['mouthOpen', 'yaw', 'pitch', 'roll', 'blink'] as const;
export type Feature = (typeof FEATURES)[number];
export type FaceSeries = Record<Feature, Series>;

/** A frame as the far end showed it. */
export interface SeenFrame {
  /** When it was painted, on the page's clock. */
  readonly at: number;
  /** When its camera frame was captured, in the 90 kHz ticks that came with it. */
  readonly rtpTime: number;
  readonly jpeg: string;
}

interface TimedFrame {
  readonly at: number;
  readonly frame: CameraFrame;
}

/** A head has mass: what of these changes from frame to frame and back is the observer's own trembling. */
const ANGLES: readonly Feature[] = ['yaw', 'pitch', 'roll'];

/** Landmarks by a network that was no part of the call: the tests' own tracker. */
export async function openObserver(): Promise<LandmarkModel> {
  return openLandmarkModel({ modelsFolder: '' });
}

/** What a face does in a clip, played `loops` times over. */
export async function clipSeries(
  clip: string,
  observer: LandmarkModel,
  loops: number,
): Promise<{ series: FaceSeries; period: number; faces: number }> {
  const reader = await openMediaFile(clip, await openCodecs({ prefer: 'auto' }));
  const frames: TimedFrame[] = [];
  for await (const { frame, at } of reader.frames()) frames.push({ frame, at });
  reader.close();
  const period = (frames.length * 1000) / Math.round(reader.info.fps);
  const once = await track(frames, observer);
  const series = Object.fromEntries(
    FEATURES.map((feature) => {
      const { at, value } = once[feature];
      const again = Array.from({ length: loops }, (_, loop) => at.map((t) => t + loop * period));
      return [feature, { at: again.flat(), value: again.flatMap(() => value) }];
    }),
  ) as unknown as FaceSeries;
  return { series, period, faces: once.yaw.at.length };
}

/** What the face does that the far end was shown. */
export async function seenSeries(
  frames: readonly SeenFrame[],
  observer: LandmarkModel,
): Promise<FaceSeries> {
  const decoded: TimedFrame[] = [];
  for (const { at, jpeg } of frames)
    decoded.push({ at, frame: cameraFrame(await decodePicture(Buffer.from(jpeg, 'base64'))) });
  return track(decoded, observer);
}

/**
 * How well the far face follows the near one: at the one lag at which all features together follow
 * best, the correlation of each.
 */
export function follow(
  near: FaceSeries,
  far: FaceSeries,
  lags: { from: number; to: number },
): { lag: number; correlation: Record<Feature, number> } {
  // The head's motion fixes the lag: it is in every frame, where blinks and speech come and go.
  const candidates = (['yaw', 'roll', 'mouthOpen'] as const).map((feature) =>
    align(near[feature], far[feature], lags),
  );
  const scored = candidates.map(({ lag }) => {
    const correlation = Object.fromEntries(
      FEATURES.map((feature) => [feature, correlationAt(near[feature], far[feature], lag) ?? 0]),
    ) as Record<Feature, number>;
    return { lag, correlation, sum: FEATURES.reduce((sum, f) => sum + correlation[f], 0) };
  });
  return scored.reduce((best, each) => (each.sum > best.sum ? each : best));
}

async function track(frames: readonly TimedFrame[], observer: LandmarkModel): Promise<FaceSeries> {
  const tracker = observer.createTracker();
  const at: number[] = [];
  const values: Record<Feature, number[]> = {
    mouthOpen: [],
    yaw: [],
    pitch: [],
    roll: [],
    blink: [],
  };
  for (const { frame, at: time } of frames) {
    const face = await tracker.track(frame, time);
    if (!face) continue;
    const { head, expression } = poseOf(face);
    at.push(time);
    values.mouthOpen.push(expression.mouthOpen);
    values.yaw.push(head.yaw);
    values.pitch.push(head.pitch);
    values.roll.push(head.roll);
    values.blink.push((expression.blinkLeft + expression.blinkRight) / 2);
  }
  return Object.fromEntries(
    FEATURES.map((feature) => {
      const seen = { at, value: values[feature] };
      return [feature, ANGLES.includes(feature) ? steadied(seen) : seen];
    }),
  ) as unknown as FaceSeries;
}

/** BT.601 limited range, as cameras come. */
function cameraFrame({ width, height, rgba }: Picture): CameraFrame {
  const y = new Uint8Array(width * height);
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const [u, v] = [new Uint8Array(w * h), new Uint8Array(w * h)];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const [r, g, b] = [rgba[i * 4]!, rgba[i * 4 + 1]!, rgba[i * 4 + 2]!];
      y[i] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      const chroma = (row >> 1) * w + (column >> 1);
      u[chroma] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      v[chroma] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  return {
    width,
    height,
    y,
    u,
    v,
    strideY: width,
    strideUv: w,
    fullRange: false,
    rotation: 0,
  };
}
