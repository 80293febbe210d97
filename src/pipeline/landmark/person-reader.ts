import type { CropFormat, CropSource } from './crop.ts';
import type { FaceLandmarks } from './landmarks.ts';
import type { FloatTensor, OnnxSession } from './onnx-session.ts';
import { MASK_SIDE, type PersonMask } from './person-mask.ts';

/** The middle of the forehead's upper end, and the chin. */
const [FOREHEAD, CHIN] = [10, 152];
/** The network knows people who stand in its picture: the side that a head and shoulders need, in heights of the face. */
const SIDE = 5;
/** So much of the side is above the middle of the face: less than below it, as with somebody who stands. */
const ABOVE = 0.42;

/** As MediaPipe feeds its pose network. */
const FORMAT: CropFormat = { side: MASK_SIDE, black: 0, white: 1, border: 'black' };

/**
 * Tells a person from what is behind: the segmentation that MediaPipe's pose network
 * (pose_landmark_full, model card "MediaPipe BlazePose GHUM 3D") gives beside its points.
 * @param network 256² → `mask`, a logit a pixel.
 * @param face in the source, whole.
 * @returns undefined where the network answers with something else than numbers.
 */
export async function readPerson(
  network: Pick<OnnxSession, 'run'>,
  source: CropSource,
  { points }: FaceLandmarks,
): Promise<PersonMask | undefined> {
  const [fx, fy] = [points[3 * FOREHEAD]!, points[3 * FOREHEAD + 1]!];
  const [cx, cy] = [points[3 * CHIN]!, points[3 * CHIN + 1]!];
  const side = SIDE * Math.hypot(cx - fx, cy - fy);
  const left = (fx + cx) / 2 - side / 2;
  const top = (fy + cy) / 2 - ABOVE * side;
  const input: FloatTensor = {
    dims: [1, 3, MASK_SIDE, MASK_SIDE],
    data: new Float32Array(3 * MASK_SIDE ** 2),
  };
  const region = { x: left + side / 2, y: top + side / 2, size: side, roll: 0 };
  source.crop(region, FORMAT, input.data);
  const { mask } = await network.run({ input });
  const logits = mask!.data;
  if (!logits.every(Number.isFinite)) return undefined;
  const cells = Uint8Array.from(logits, (logit) => Math.round(255 / (1 + Math.exp(-logit))));
  return { left, top, side, cells };
}
