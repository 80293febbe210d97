import type {
  DeviceRun,
  DeviceSession,
  DeviceTensor,
  FloatTensor,
} from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import type { MeshPicture } from '../warp/mesh-picture.ts';
import type { DeviceSheet } from './device-textures.ts';
import type { Field } from './field.ts';
import type { WarpShape } from './mesh-graph.ts';
import { motionFeeds, type WantedMotion } from './motion-feeds.ts';
import { layersOverOf, warpFeeds } from './warp-feeds.ts';
import { backdropInput, textureInput, WARP_INPUTS, WARP_OUTPUTS } from './warp-values.ts';

/** A warp to be drawn from textures on a device. */
export interface DescribedWarp extends WantedMotion {
  readonly mesh: MeshPicture;
  readonly sheet: DeviceSheet;
}

/** Warps of a run and their meshes' motion, which stay on the device: the receiver's to dispose of. */
export interface DrawnWarps {
  readonly pictures: DeviceTensor;
  readonly motion: DeviceTensor;
  readonly up: number;
  readonly stray: number;
}

/** Draws warps of one side on a device, those of a run at once. Owns the sessions of its graphs, one for each length of a run. */
export class DeviceWarp {
  readonly #side: Px;
  readonly #field: Field;
  readonly #open: (shape: WarpShape) => Promise<DeviceSession>;
  readonly #sessions = new Map<string, Promise<DeviceSession>>();

  /** @param field what the meshes' motion is told in. */
  constructor(side: Px, field: Field, open: (shape: WarpShape) => Promise<DeviceSession>) {
    this.#side = side;
    this.#field = field;
    this.#open = open;
  }

  /**
   * @param length of the batch: what is missing to it is filled up.
   * @throws ModelError what the device failed with.
   */
  async draw(warps: readonly DescribedWarp[], length: number): Promise<DrawnWarps> {
    const { kept, up, stray } = await this.#run(warps, length);
    return { pictures: kept[WARP_OUTPUTS.warp]!, motion: kept[WARP_OUTPUTS.motion]!, up, stray };
  }

  /** The same brought back, where its sessions leave nothing there: planes, one picture after another, and motions. */
  async readBack(warps: readonly DescribedWarp[]) {
    const { read } = await this.#run(warps, warps.length);
    return {
      pictures: read[WARP_OUTPUTS.warp]!.data as Uint8Array,
      motion: read[WARP_OUTPUTS.motion]!.data as Float32Array,
    };
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).close();
  }

  async #run(warps: readonly DescribedWarp[], length: number): Promise<DeviceRun> {
    const meshes = warps.map(({ mesh }) => mesh);
    const layersOver = layersOverOf(meshes);
    const { texels } = warps[0]!.sheet;
    const session = await this.#session({ side: this.#side, texels, frames: length, layersOver });
    const feeds = warpFeeds(meshes, length, texels - 2);
    const { data } = feeds[WARP_INPUTS.vertices] as FloatTensor;
    Object.assign(feeds, motionFeeds(warps, length, this.#side, this.#field, data));
    for (let n = 0; n < length; n++) {
      const { mesh, sheet } = warps[n] ?? warps[0]!;
      feeds[backdropInput(n)] = sheet.backdrop;
      for (let k = 0; k <= layersOver; k++) {
        // A layer that a frame has not weighs nothing, whatever it is taken from.
        feeds[textureInput(n, k)] = sheet.textures[mesh.layers[k]?.texture ?? 0]!;
      }
    }
    return session.run(feeds, [WARP_OUTPUTS.warp, WARP_OUTPUTS.motion]);
  }

  #session(shape: WarpShape): Promise<DeviceSession> {
    const key = Object.values(shape).join(' ');
    const session = this.#sessions.get(key) ?? this.#open(shape);
    this.#sessions.set(key, session);
    return session;
  }
}
