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
export const poses = Array.from({ length: 6 }, (_, i) =>
  poseOf(facePoints({ yaw: 4 * i, jaw: 0.05 * i, x: 0.5 + 0.004 * i })),
);

/** As far from the camera as people sit. */
export const far = poseOf(
  facePoints().map((value, i) => (i % 3 === 2 ? value : 0.5 + 0.6 * (value - 0.5))),
);

export async function plainly(size = SIZE): Promise<AvatarFrame[]> {
  const renderer = new WarpRenderer(identity, { ...options, size });
  const frames = [];
  for (const pose of poses) frames.push(copyOf(await renderer.render(pose)));
  return frames;
}

export function meanDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}
