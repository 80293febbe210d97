import type { Engine, Example, Renderer, RendererOptions } from '../engine.ts';
import { newKernelMemory } from './kernel-space.ts';
import { discardWarpIdentity, enrolWarpIdentity, type WarpIdentity } from './warp-identity.ts';
import { WarpRenderer } from './warp-renderer.ts';

export const WARP_ENGINE = 'warp';

/**
 * Moves the pixels of the examples by the face's mesh: no training, any portrait.
 * @param memory of the engine that identities are to be drawn with, where that is another one.
 */
export function warpEngine(memory = newKernelMemory()): Engine<WarpIdentity> {
  return {
    name: WARP_ENGINE,
    memory,
    async enrol(examples: readonly Example[]): Promise<WarpIdentity> {
      return enrolWarpIdentity(examples, memory);
    },
    neutral: ({ neutral }) => ({ ...neutral, points: neutral.points.slice() }),
    bytes({ blocks, examples }) {
      const textures = blocks.reduce((sum, { bytes }) => sum + bytes, 0);
      return examples.reduce((sum, { points }) => sum + points.byteLength, textures);
    },
    open: async (identity: WarpIdentity, options: RendererOptions): Promise<Renderer> =>
      new WarpRenderer(identity, options),
    discard: async (identity: WarpIdentity) => discardWarpIdentity(identity),
    close: async () => undefined,
  };
}
