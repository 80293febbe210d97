import type { Engine, Example, Renderer, RendererOptions } from '../engine.ts';
import { enrolWarpIdentity, type WarpIdentity } from './warp-identity.ts';
import { WarpRenderer } from './warp-renderer.ts';

/**
 * Moves the pixels of the examples by the face's mesh: no training, any portrait.
 */
export const warpEngine: Engine<WarpIdentity> = {
  name: 'warp',
  async enrol(examples: readonly Example[]): Promise<WarpIdentity> {
    return enrolWarpIdentity(examples);
  },
  neutral: ({ neutral }) => ({ ...neutral, points: neutral.points.slice() }),
  bytes({ freeAt, examples }) {
    return examples.reduce((sum, { points }) => sum + points.byteLength, freeAt);
  },
  open: async (identity: WarpIdentity, options: RendererOptions): Promise<Renderer> =>
    new WarpRenderer(identity, options),
  discard: async () => undefined,
  close: async () => undefined,
};
