import { FIELD_128 } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import type {
  FrameToFinish,
  FrameWarp,
} from '../../../../src/pipeline/render/few-shot-vid2vid/frame-feeds.ts';
import { wholeOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { MESH_VERTICES } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import { TILES } from '../../../../src/pipeline/render/warp/mesh-picture.ts';
import { SHADING_NODES } from '../../../../src/pipeline/render/warp/shading.ts';
import type { TextureSheet } from '../../../../src/pipeline/render/warp/texture-sheet.ts';

/** Of pictures that have one value each, in every plane. */
export const SIDE = 2;

const warp = (value: number): FrameWarp => ({
  kind: 'painted',
  planes: {
    width: SIDE,
    height: SIDE,
    y: new Uint8Array(SIDE * SIDE).fill(value),
    u: Uint8Array.of(value),
    v: Uint8Array.of(value),
  },
});

/** With the network. */
export const full = (value: number) => ({
  kind: 'full' as const,
  warp: warp(value),
  window: wholeOf(FIELD_128),
  describe: () => undefined,
});

/** Without it. */
export const between = (value: number) => ({
  kind: 'between' as const,
  warp: warp(value),
  flow: new Float32Array(2 * FIELD_128.plane),
  left: new Uint8Array(FIELD_128.plane),
});

const NO_TILES = {
  table: new Uint8Array(TILES ** 2),
  rows: new Float32Array(TILES),
  tiles: new Uint8Array(0),
};

/** The same frame, its warp drawn on the device. */
export const described = <Frame extends FrameToFinish>(frame: Frame, value: number): Frame => ({
  ...frame,
  warp: {
    kind: 'described',
    mesh: {
      side: SIDE,
      places: new Float32Array(2 * MESH_VERTICES),
      layers: [{ texture: 0, triangles: 0, values: new Float32Array(4 * MESH_VERTICES) }],
      codes: new Uint8Array(4).fill(value),
      starts: new Float32Array(1),
      palette: new Float32Array(1),
      edges: NO_TILES,
      painted: NO_TILES,
      shading: new Float32Array(SHADING_NODES ** 2),
    },
    motion: {
      before: new Float32Array(2 * MESH_VERTICES),
      cells: new Uint8Array(2 * FIELD_128.plane),
    },
  },
});

/** Two textures, of which the fake device looks at the number alone. */
export const SHEET: TextureSheet = {
  side: SIDE,
  texels: 4,
  count: 2,
  texture: () => new Uint8Array(64),
  backdrop: () => new Uint8Array(16),
};
