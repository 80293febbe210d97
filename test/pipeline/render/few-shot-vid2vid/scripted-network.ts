import type { FloatTensor } from '../../../../src/pipeline/landmark/onnx-session.ts';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import { FIELD_128, type Field } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpRenderer } from '../../../../src/pipeline/render/warp/warp-renderer.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

export const SIZE = 256;
export const identity = enrolWarpIdentity([paintedExample()], newKernelMemory());
export const options = { size: SIZE, mark: false };
/** The pixel in the middle of a picture. */
export const SIDE_MIDDLE = (SIZE / 2) * SIZE + SIZE / 2;

/** What the generator answers: the same everywhere, or nothing because the runtime failed. */
export interface Answer {
  readonly residual?: number;
  readonly previous?: number;
  readonly flow?: number;
  readonly fails?: boolean;
}

/** A generator on a field of 128² whose answers a test writes down, one a frame, the last one again and again. */
export function scripted(...answers: Answer[]) {
  const inputs: Float32Array[] = [];
  const dims: (readonly number[])[] = [];
  return {
    field: FIELD_128 as Field,
    inputs,
    dims,
    async run(feeds: Readonly<Record<string, FloatTensor>>) {
      inputs.push(feeds.input!.data.slice());
      dims.push(feeds.input!.dims);
      const [, , rows = 0, columns = 0] = feeds.input!.dims;
      const tensor = (channels: number, value = 0): FloatTensor => ({
        dims: [1, channels, rows, columns],
        data: new Float32Array(channels * rows * columns).fill(value),
      });
      const { residual, previous, flow, fails } = answers[inputs.length - 1] ?? answers.at(-1)!;
      if (fails) throw new Error('the runtime failed');
      return {
        residual: tensor(6, residual),
        previous: tensor(1, previous),
        flow: tensor(2, flow),
      };
    },
  };
}

export const copyOf = ({ width, height, y, u, v }: AvatarFrame): AvatarFrame => ({
  width,
  height,
  y: y.slice(),
  u: u.slice(),
  v: v.slice(),
});

/** Degrees: about as far as a head turns from its only picture before that counts as far. */
const TURN = 16;

/**
 * A face that does nothing its picture shows, so that answers are seen: it speaks with half-shut lids, and circles
 * around the picture's view, always equally far from it.
 */
function unshown(i: number): Float32Array {
  const around = (4 * i - 10) / TURN;
  const [yaw, pitch] = [TURN * Math.sin(around), -TURN * Math.cos(around)];
  return facePoints({ yaw, pitch, jaw: 0.3 + 0.03 * i, shut: 0.5, x: 0.5 + 0.004 * i });
}

export const poses = Array.from({ length: 6 }, (_, i) => poseOf(unshown(i)));

/** As far from the camera as people sit. */
export const far = poseOf(
  unshown(0).map((value, i) => (i % 3 === 2 ? 0.6 * value : 0.5 + 0.6 * (value - 0.5))),
);

/** Of an answer, the least that is seen of it on the skin of these: however a head is turned, some is withheld. */
export const SKIN_SEEN = 0.9;

/** Whether a luma is the warp's with a correction, in full or as far as it is seen on skin, shown so many times. */
export function isCorrected(luma: number, warp: number, by: number, times = 1): boolean {
  const [least, most] = [SKIN_SEEN ** times * by, by].map((added) => Math.min(235, warp + added));
  return luma >= Math.floor(least!) && luma <= Math.round(most!);
}

export async function plainly(size = SIZE): Promise<AvatarFrame[]> {
  const renderer = new WarpRenderer(identity, { ...options, size });
  const frames = [];
  for (const pose of poses) frames.push(copyOf(await renderer.render(pose)));
  return frames;
}

export function meanDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}
