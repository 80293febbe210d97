import { describe, expect, it } from 'vitest';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { warpKernel } from '../../../../src/pipeline/render/warp/warp-kernel.io.ts';
import { allocator } from '../../../../src/pipeline/render/warp/warp-memory.ts';
import { seededRandom } from '../../seeded-random.ts';

const NODES = 65;
const TEXELS = 1024;
const UNSEEN = 1e30;

/** A map and one triangle, in kernel memory. */
function oneTriangle() {
  const memory = newKernelMemory();
  const layOut = (from: number) => {
    const room = allocator(from);
    const map = room.take(NODES ** 2 * 16 + 16);
    const places = room.take(3 * 8);
    const values = room.take(3 * 16);
    return { map, places, values, triangles: room.take(6), bytes: room.end - from };
  };
  const at = layOut(new KernelSpace(memory).take(layOut(0).bytes).at);
  const { buffer } = memory;
  new Uint16Array(buffer, at.triangles, 3).set([0, 1, 2]);
  const kernel = warpKernel(memory);
  return {
    places: new Float32Array(buffer, at.places, 6),
    values: new Float32Array(buffer, at.values, 12),
    /** x, y, weight, depth of each node that the triangle covers. */
    drawn(): number[][] {
      kernel.resetMap(at.map, NODES, 4, 1);
      kernel.rasterise(at.map, NODES, at.places, at.values, at.triangles, 1, 1000);
      const map = new Float32Array(buffer, at.map, NODES ** 2 * 4);
      return Array.from({ length: NODES ** 2 }, (_, i) => [
        ...map.subarray(4 * i, 4 * i + 4),
      ]).filter(([, , , depth]) => depth! < UNSEEN);
    },
  };
}

describe('the warp kernel', () => {
  it('draws a triangle with what lies between its corners', () => {
    const { places, values, drawn } = oneTriangle();
    places.set([10, 10, 50, 10, 10, 50]);
    values.set([0, 0, 1, 5, 400, 0, 1, 5, 0, 400, 1, 5]);
    const nodes = drawn();
    expect(nodes.length).toBeGreaterThan(700);
    for (const [x, y] of nodes) expect(x! + y!).toBeLessThanOrEqual(400.01);
  });

  it('points nowhere outside its corners for a sliver seen edge on, where others keep their pictures', () => {
    const { places, values, drawn } = oneTriangle();
    const random = seededRandom(3);
    let covered = 0;
    const outside: number[][] = [];
    for (let turn = 0; turn < 1000; turn++) {
      // Along a column of nodes, thinner than a float tells its width, turned either way.
      const [column, top, long] = [10 + Math.floor(random() * 40), 10, 2 + random() * 12];
      const width = 10 ** (-5.5 * random());
      const beside = () => column + (random() - 0.5) * width;
      places.set([beside(), top, beside(), top + long, beside(), top + long * random()]);
      for (let v = 0; v < 3; v++)
        values.set([random() * TEXELS, random() * TEXELS, 1, random()], 4 * v);
      const bounds = [0, 1].map((k) => [values[k]!, values[4 + k]!, values[8 + k]!]);
      for (const node of drawn()) {
        covered++;
        const within = bounds.every(
          (corners, k) => node[k]! >= Math.min(...corners) && node[k]! <= Math.max(...corners),
        );
        if (!within) outside.push(node);
      }
    }
    expect(outside).toEqual([]);
    expect(covered).toBeGreaterThan(500);
  });

  /** A black surface left of a slanting edge, a white one right of it, from the two ends of a red texture. */
  function edge(reach: number) {
    const side = 32;
    const nodes = side / 2 + 1;
    const texels = 64;
    const stride = (texels + 2) * 4;
    const memory = newKernelMemory();
    const layOut = (from: number) => {
      const room = allocator(from);
      const map = room.take(nodes ** 2 * 16 + 16);
      const target = room.take(side ** 2 * 4);
      return { map, target, texture: room.take(stride * (texels + 2)), bytes: room.end - from };
    };
    const at = layOut(new KernelSpace(memory).take(layOut(0).bytes).at);
    const texture = new Uint8Array(memory.buffer, at.texture, stride * (texels + 2));
    for (let i = 0; i < texture.length; i += 4) {
      const x = (i % stride) / 4;
      texture.set(x < 10 ? [0, 0, 0, 0] : x > 50 ? [200, 0, 0, 0] : [0, 255, 0, 0], i);
    }
    const map = new Float32Array(memory.buffer, at.map, nodes ** 2 * 4);
    for (let j = 0; j < nodes; j++) {
      for (let i = 0; i < nodes; i++) {
        map.set([3 * i + j < 2 * nodes ? 4 : 56, 4 + j, 1, 0], 4 * (j * nodes + i));
      }
    }
    const kernel = warpKernel(memory);
    kernel.remap(at.target, side, at.map, at.texture, stride, reach);
    const picture = new Uint8Array(memory.buffer, at.target, side ** 2 * 4);
    const rows = (channel: number) =>
      Array.from({ length: side }, (_, y) =>
        Array.from({ length: side }, (_, x) => picture[4 * (y * side + x) + channel]!),
      );
    return { rows, soften: () => kernel.softenEdges(at.target, side, at.map) };
  }

  it('shows nothing at an edge of what lies between the two places in the texture', () => {
    const most = (rows: number[][]) => Math.max(...rows.flat());
    expect(most(edge(1_000).rows(1))).toBeGreaterThan(100);
    expect(most(edge(10).rows(1))).toBe(0);
  });

  it('softens the steps of a slanting edge, as wide as a cell, and leaves what is beside it', () => {
    const { rows, soften } = edge(10);
    const roughness = () => {
      const places = rows(0)
        .slice(4, -4)
        .map((row) => row.reduce((sum, value) => sum + value, 0) / 200);
      return Math.max(
        ...places.slice(2).map((p, k) => Math.abs(p - 2 * places[k + 1]! + places[k]!)),
      );
    };
    const steps = roughness();
    soften();
    expect(roughness()).toBeLessThan(0.9 * steps);
    for (const row of rows(0)) expect(row.slice(0, 4)).toEqual([0, 0, 0, 0]);
    for (const row of rows(0)) expect(row.slice(-4)).toEqual([200, 200, 200, 200]);
  });

  /**
   * A white surface left of a line over a black one behind it, each from its own end of a texture that is red between; the picture's
   * red and luma, row by row. With `ramp` what is behind grows brighter by so much from each row of pixels to the next.
   */
  function outlined([x0, y0, x1, y1]: readonly [number, number, number, number], ramp = 0) {
    const side = 64;
    const nodes = side / 2 + 1;
    const texels = 128;
    const stride = (texels + 2) * 4;
    const memory = newKernelMemory();
    const layOut = (from: number) => {
      const room = allocator(from);
      const map = room.take(nodes ** 2 * 16 + 16);
      const target = room.take(side ** 2 * 4);
      const pieces = room.take(24);
      const texture = room.take(stride * (texels + 2));
      return { map, target, pieces, texture, bytes: room.end - from };
    };
    const at = layOut(new KernelSpace(memory).take(layOut(0).bytes).at);
    const texture = new Uint8Array(memory.buffer, at.texture, stride * (texels + 2));
    for (let i = 0; i < texture.length; i += 4) {
      const x = (i % stride) / 4;
      const y = Math.floor(i / stride) - 1;
      texture.set(x < 30 ? [(ramp * y) / 2, 0, 0, 0] : x > 90 ? [200, 0, 0, 0] : [0, 255, 0, 0], i);
    }
    const within = (x: number, y: number) =>
      ((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / Math.hypot(x1 - x0, y1 - y0);
    const map = new Float32Array(memory.buffer, at.map, nodes ** 2 * 4);
    for (let j = 0; j < nodes; j++)
      for (let i = 0; i < nodes; i++) {
        const near = within(i, j) > 0;
        map.set([near ? 110 : 10, near ? 20 : 4 * j, 1, near ? 0 : 10_000], 4 * (j * nodes + i));
      }
    const kernel = warpKernel(memory);
    const own = at.texture + stride + 4;
    kernel.remap(at.target, side, at.map, own, stride, 10);
    new Float32Array(memory.buffer, at.pieces, 6).set([x0, y0, x1, y1, 0, 0]);
    const draw = () => kernel.drawSilhouette(at.target, side, at.map, own, stride, 2, at.pieces, 1);
    const picture = new Uint8Array(memory.buffer, at.target, side ** 2 * 4);
    /** The largest difference from the share of a pixel that the surface covers, in its luma; and the most red. */
    const faults = () => {
      let [luma, red] = [0, 0];
      for (let y = 4; y < side - 4; y++)
        for (let x = 4; x < side - 4; x++) {
          const share = Math.min(1, Math.max(0, 2 * within(x / 2, y / 2) + 0.5));
          const expected = 200 * share + ramp * y * (1 - share);
          luma = Math.max(luma, Math.abs(picture[4 * (y * side + x)]! - expected));
          red = Math.max(red, picture[4 * (y * side + x) + 1]!);
        }
      return { luma, red };
    };
    /** Something else comes before all of it. */
    const cover = () => {
      for (let n = 0; n < nodes ** 2; n++) map[4 * n + 3]! -= 20_000;
    };
    return { draw, faults, cover };
  }

  it.each([
    ['upright', [16.3, 32, 16.3, 0]],
    ['slanting', [12, 0, 21, 32]],
    ['nearly level', [0, 9.2, 32, 13.7]],
    ['turned the other way', [21, 32, 12, 0]],
  ] as const)('draws an outline that is %s as finely as pixels can', (_, line) => {
    const { draw, faults } = outlined(line);
    expect(faults().luma).toBeGreaterThan(40);
    draw();
    expect(faults().luma).toBeLessThan(4);
    expect(faults().red).toBe(0);
  });

  it('goes on with what is behind an outline up to the line, so that no dots run along it', () => {
    const { draw, faults } = outlined([12, 0, 21, 32], 4);
    draw();
    expect(faults().luma).toBeLessThan(3);
  });

  it('leaves an outline alone that something nearer covers', () => {
    const { draw, faults } = outlined([12, 0, 21, 32]);
    const before = faults();
    draw();
    const after = faults();
    expect(after).not.toEqual(before);
    const covered = outlined([12, 0, 21, 32]);
    covered.cover();
    covered.draw();
    expect(covered.faults()).toEqual(before);
  });

  it('lays a picture over what is behind it, each pixel by the share that it covers', () => {
    const memory = newKernelMemory();
    const pixels = 1024;
    const block = new KernelSpace(memory).take(8 * pixels);
    const bytes = new Uint8Array(memory.buffer, block.at, 8 * pixels);
    const random = seededRandom(11);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random() * 256;
    // Four at once that are all head, and four that are none.
    for (let i = 0; i < 16; i++) bytes[4 * i + 3] = i < 8 ? 255 : 0;
    const before = bytes.slice();
    warpKernel(memory).layOver(block.at, block.at + 4 * pixels, pixels);
    for (let i = 0; i < 4 * pixels; i++) {
      if (i % 4 === 3) continue;
      const alpha = before[i - (i % 4) + 3]! / 255;
      const wanted = before[i]! * alpha + before[i + 4 * pixels]! * (1 - alpha);
      expect(Math.abs(bytes[i]! - wanted), `byte ${i}`).toBeLessThan(0.75);
    }
    expect([...bytes.subarray(4 * pixels)]).toEqual([...before.subarray(4 * pixels)]);
  });
});
