import { textureAt } from '../warp/texture-levels.ts';
import type { WarpIdentity } from '../warp/warp-identity.ts';
import { networkPicture, picturePlanes } from './network-picture.ts';
import { FIELD } from './network-shape.ts';
import { POSE_CHANNELS, PoseMap } from './pose-map.ts';

/** An identity enrolled with few-shot vid2vid: what the warp needs, and the kernels that are its own. */
export interface FewShotIdentity {
  readonly warp: WarpIdentity;
  /** In the order of the model's kernel table. */
  readonly kernels: Float32Array;
}

/** An identity's examples as the embedder sees them: pictures and pose maps, 0…1, (K, 12, 128, 128). */
export function embedderInput({ memory, examples }: WarpIdentity): Float32Array {
  const channels = 6 + POSE_CHANNELS.length;
  const input = new Float32Array(examples.length * channels * FIELD);
  examples.forEach(({ levels, points }, k) => {
    const texture = textureAt(memory, levels[0]!);
    const bytes = [
      picturePlanes(networkPicture(texture, memory)),
      new PoseMap().draw(points).bytes,
    ];
    let at = k * channels * FIELD;
    for (const part of bytes) for (const value of part) input[at++] = value / 255;
  });
  return input;
}
