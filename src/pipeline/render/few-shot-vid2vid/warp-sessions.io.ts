import { keepsTensors, openOnDevice } from '../../landmark/onnx.io.ts';
import type { DeviceSession } from '../../landmark/onnx-session.ts';
import type { WarpShape } from './mesh-graph.ts';
import { PLANES_OUTPUT, planesGraph } from './planes-graph.ts';
import { warpGraph } from './warp-graph.ts';
import { WARP_OUTPUTS } from './warp-values.ts';

/** What draws warps on a device; whoever opened a session closes it. */
export interface WarpSessions {
  /** Sends textures there: see {@link planesGraph}. */
  openPlanes(): Promise<DeviceSession>;
  /** @throws ModelError `model_invalid` */
  openWarp(shape: WarpShape): Promise<DeviceSession>;
}

/**
 * @param provider the runtime's name of the device.
 * @returns undefined for a device on which nothing can be kept: textures would cross with each frame.
 */
export function warpSessions(provider: string): WarpSessions | undefined {
  if (!keepsTensors(provider)) return undefined;
  return {
    openPlanes: () => openOnDevice(planesGraph(), 'textures', provider, [PLANES_OUTPUT]),
    openWarp: (shape) =>
      openOnDevice(warpGraph(shape), 'the warp', provider, [
        WARP_OUTPUTS.warp,
        WARP_OUTPUTS.motion,
      ]),
  };
}
