import { FIELD_128 } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import type { DeviceOutput } from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import { wholeOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import type { TextureSheet } from '../../../../src/pipeline/render/warp/texture-sheet.ts';

import { SIZE } from './scripted-network.ts';

/**
 * A device that flips the lowest bit of each luma, and fails as it is told to. Where it holds what warps are drawn from, all
 * of them are grey.
 */
export function fakeOutput({ holds = false } = {}) {
  const seen = {
    kinds: [] as string[],
    /** How many layers the warps had that it was to draw. */
    layers: [] as number[],
    sheets: [] as TextureSheet[],
    warps: [] as Uint8Array[],
    maps: [] as Uint8Array[],
    motions: [] as Float32Array[],
    left: [] as Uint8Array[],
    hadPrevious: [] as boolean[],
    unsound: false,
    lost: false,
    closed: 0,
  };
  let kept = false;
  const output: DeviceOutput = {
    get hasPrevious() {
      return kept;
    },
    took: 3,
    hold: async (sheet) => {
      seen.sheets.push(sheet);
      return holds;
    },
    draw: async (frame) => {
      seen.kinds.push(frame.kind);
      if (seen.lost) throw new Error('device lost');
      seen.hadPrevious.push(kept);
      const { y, u, v } = frame.warp.kind === 'painted' ? frame.warp.planes : GREY;
      if (frame.warp.kind === 'described') seen.layers.push(frame.warp.mesh.layers.length);
      else seen.warps.push(y.slice());
      if (frame.kind === 'full') {
        const [maps, motion] = [
          new Uint8Array(13 * FIELD_128.plane),
          new Float32Array(4 * FIELD_128.plane),
        ];
        frame.describe(wholeOf(FIELD_128), maps, motion);
        seen.maps.push(maps);
        seen.motions.push(motion);
      }
      if (frame.kind === 'between') seen.left.push(frame.left.slice());
      kept = !seen.unsound;
      return seen.unsound ? undefined : Uint8Array.from([...y.map((luma) => luma ^ 1), ...u, ...v]);
    },
    forget: () => {
      kept = false;
    },
    close: () => {
      seen.closed++;
    },
  };
  return { seen, output };
}

const GREY = {
  y: new Uint8Array(SIZE ** 2).fill(128),
  u: new Uint8Array(SIZE ** 2 / 4).fill(128),
  v: new Uint8Array(SIZE ** 2 / 4).fill(128),
};
