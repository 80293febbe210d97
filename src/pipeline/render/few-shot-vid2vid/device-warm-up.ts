import type { Clock, Milli } from '../../../time.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import { MESH_VERTICES, WHOLE_MESH } from '../warp/mesh-layers.ts';
import {
  blocksOf,
  type DrawnTiles,
  type MeshPicture,
  nodesOf,
  TILES,
} from '../warp/mesh-picture.ts';
import { SHADING_NODES } from '../warp/shading.ts';
import { sheetTexels, type TextureSheet } from '../warp/texture-sheet.ts';
import type { DeviceGenerators } from './device-generators.ts';
import { BATCH_LENGTHS, MAX_BATCH } from './device-studio.ts';
import type { BetweenFrame, FrameWarp, FullFrame } from './frame-feeds.ts';
import type { DeviceOutput } from './generator-sessions.ts';
import { usualOf } from './network-window.ts';
import { LAYERS_OVER } from './warp-feeds.ts';

/** A worker that takes twenty seconds to start is taken for hung; the longest batches are the rarest. */
const LONGEST: Milli = 6_000;

/**
 * Draws batches of all lengths before any call does: a device takes seconds for the first of each. Faces as
 * identities are framed; what is drawn of a head that comes near is compiled when one does.
 * @param kernels of nobody.
 */
export async function warmUp(
  generators: DeviceGenerators,
  kernels: Float32Array,
  side: Px,
  clock: Clock,
): Promise<void> {
  const generator = await generators.openGenerator(kernels);
  const { field } = generator;
  const outputs: DeviceOutput[] = [];
  const until = clock() + LONGEST;
  try {
    const full = (warp: FrameWarp): FullFrame => ({
      kind: 'full',
      warp,
      window: usualOf(field),
      describe: () => undefined,
    });
    const between = (warp: FrameWarp): BetweenFrame => ({
      kind: 'between',
      warp,
      flow: new Float32Array(2 * field.plane),
      left: new Uint8Array(field.plane),
    });
    let warps: FrameWarp[] = LAYERS_OVER.map((count) => ({
      kind: 'described',
      mesh: blankMesh(side, count),
      motion: {
        before: new Float32Array(2 * MESH_VERTICES),
        cells: new Uint8Array(2 * field.plane),
      },
    }));
    while (outputs.length < MAX_BATCH) {
      const output = await generator.openOutput?.(side);
      if (!output) return; // told to whoever owns the device
      outputs.push(output);
      if (!(await output.hold(blankSheet(side)))) {
        warps = [{ kind: 'painted', planes: black(side) }];
      }
    }
    // Both kinds of frames, and all graphs of a warp.
    const frames = [full(warps[0]!), between(warps.at(-1)!)];
    for (const length of BATCH_LENGTHS) {
      for (const frame of frames) {
        if (clock() > until) return;
        await Promise.all(outputs.slice(0, length).map((output) => output.draw(frame)));
      }
    }
  } catch {
    // The device failed, which its owner was told of: calls begin with the processor.
  } finally {
    for (const output of outputs) output.close();
    await generator.close();
  }
}

/** No face at all: every node shows its own place. */
function blankMesh(side: Px, layersOver: number): MeshPicture {
  const nobody: DrawnTiles = {
    table: new Uint8Array(TILES ** 2),
    rows: new Float32Array(TILES),
    tiles: new Uint8Array(0),
  };
  const layer = { texture: 0, triangles: 0, values: new Float32Array(4 * MESH_VERTICES) };
  return {
    side,
    places: new Float32Array(2 * MESH_VERTICES),
    layers: Array.from({ length: 1 + layersOver }, () => layer),
    codes: new Uint8Array(nodesOf(side) ** 2),
    starts: new Float32Array(blocksOf(side) ** 2),
    palette: Float32Array.of(WHOLE_MESH.triangles),
    edges: nobody,
    painted: nobody,
    shading: new Float32Array(SHADING_NODES ** 2),
  };
}

function blankSheet(side: Px): TextureSheet {
  const texels = sheetTexels(side);
  const nothing = (size: Px) => new Uint8Array(4 * size ** 2);
  return {
    side,
    texels,
    count: 1,
    texture: () => nothing(texels),
    backdrop: () => nothing(side),
  };
}

function black(side: Px): AvatarFrame {
  const chroma = (side * side) / 4;
  return {
    width: side,
    height: side,
    y: new Uint8Array(side * side).fill(16),
    u: new Uint8Array(chroma).fill(128),
    v: new Uint8Array(chroma).fill(128),
  };
}
