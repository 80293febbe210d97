import type { WarpIdentity } from '../warp/warp-identity.ts';
import { EMBEDDER_FIELD } from './field.ts';
import { networkPictureOf, picturePlanes } from './network-picture.ts';
import { POSE_CHANNELS, PoseMap } from './pose-map.ts';

/** An identity enrolled with few-shot vid2vid: what the warp needs, and the kernels that are its own. */
export interface FewShotIdentity {
  readonly warp: WarpIdentity;
  /** In the order of the model's kernel table. */
  readonly kernels: Float32Array;
}

/** An identity's examples as the embedder sees them: pictures and pose maps, 0…1, (K, 12, cells, cells) of {@link EMBEDDER_FIELD}. */
export function embedderInput({ memory, examples }: WarpIdentity): Float32Array {
  const field = EMBEDDER_FIELD;
  const channels = 6 + POSE_CHANNELS.length;
  const input = new Float32Array(examples.length * channels * field.plane);
  examples.forEach(({ levels, points }, k) => {
    const picture = picturePlanes(networkPictureOf(levels[0]!, field, memory), field);
    const { bytes: lines } = new PoseMap(field).draw(points);
    const at = k * channels * field.plane;
    for (let i = 0; i < picture.length; i++) input[at + i] = picture[i]! / 255;
    const behind = at + picture.length;
    for (let i = 0; i < lines.length; i++) input[behind + i] = lines[i]! / 255;
  });
  return input;
}
