import { describe, expect, it } from 'vitest';
import { EnclosedFace } from '../../../../src/pipeline/render/few-shot-vid2vid/enclosed-face.ts';
import { FaceReserve } from '../../../../src/pipeline/render/few-shot-vid2vid/face-reserve.ts';
import { fewShotKernel } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-kernel.io.ts';
import { sizesOf } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  blendBytes,
  OutputBlend,
} from '../../../../src/pipeline/render/few-shot-vid2vid/output-blend.ts';
import { PoseMap } from '../../../../src/pipeline/render/few-shot-vid2vid/pose-map.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';
import { facePoints, paintedExample } from '../painted-face.ts';

const identity = enrolWarpIdentity([paintedExample()], newKernelMemory());

/** Bilinear value of a `side`² plane at a place in its own pixels. */
function bilinear(plane: (x: number, y: number) => number, side: number, x: number, y: number) {
  const u = Math.min(side - 1, Math.max(0, x));
  const v = Math.min(side - 1, Math.max(0, y));
  const [left, top] = [Math.min(side - 2, Math.floor(u)), Math.min(side - 2, Math.floor(v))];
  const [fx, fy] = [u - left, v - top];
  const row = (j: number) => plane(left, j) * (1 - fx) + plane(left + 1, j) * fx;
  return row(top) * (1 - fy) + row(top + 1) * fy;
}

describe.each(FIELDS)('the blend of an output on a field of $cells²', (field) => {
  const { cells: SIDE, plane: FIELD, side: seen, fineness } = field;
  const sizes = sizesOf(field).filter((size) => [256, 384, 512, 768, 1024].includes(size));

  /** A blend over a drawn face. The flow of the mesh is all 0. */
  function stage(size: number) {
    const flowBytes = 2 * FIELD * 4;
    const painter = new WarpPainter(identity, size, blendBytes(size, field) + flowBytes);
    const kernel = fewShotKernel(field, painter.memory);
    const blend = new OutputBlend(painter, field, kernel, painter.spareAt + flowBytes);
    painter.draw(facePoints());
    const { memory, at } = painter.canvas;
    const texels = () => memory.slice(at, at + size * size * 4);
    return { blend, painter, texels, flowAt: painter.spareAt };
  }

  const answer = () => ({
    residual: new Float32Array(6 * FIELD),
    previous: new Float32Array(FIELD),
    flow: new Float32Array(2 * FIELD),
  });

  it.each(sizes)(
    'draws the residual out to %i², luma from twice as many rows as chroma',
    (size) => {
      const { blend, texels, flowAt } = stage(size);
      const before = texels();
      const out = answer();
      for (let i = 0; i < out.residual.length; i++) out.residual[i] = 0.1 * Math.sin(i / 7);
      expect(blend.take(out)).toBe(true);
      blend.draw(flowAt);
      const after = texels();
      const luma = (x: number, y: number) =>
        out.residual[(2 * (y & 1) + (x & 1)) * FIELD + (y >> 1) * SIDE + (x >> 1)]!;
      const chroma = (k: number) => (x: number, y: number) =>
        out.residual[(3 + k) * FIELD + y * SIDE + x]!;
      let worst = 0;
      for (let y = 0; y < size; y += 3) {
        for (let x = 0; x < size; x += 5) {
          const place = (value: number, side: number, of: number) =>
            ((value + 0.5) * side) / of - 0.5;
          const half = size / 2;
          const [u, v] = [place(x >> 1, SIDE, half), place(y >> 1, SIDE, half)];
          const deltas = [
            bilinear(luma, seen, place(x, seen, size), place(y, seen, size)),
            bilinear(chroma(1), SIDE, u, v),
            bilinear(chroma(2), SIDE, u, v),
          ];
          deltas.forEach((delta, k) => {
            const p = (y * size + x) * 4 + k;
            const wanted = Math.min(k ? 240 : 235, Math.max(16, before[p]! + delta * 255));
            worst = Math.max(worst, Math.abs(after[p]! - wanted));
          });
        }
      }
      expect(worst).toBeLessThan(0.51);
    },
  );

  it('takes the previous output by its share', () => {
    const { blend, painter, texels, flowAt } = stage(seen);
    blend.take({ ...answer(), residual: new Float32Array(6 * FIELD).fill(0.1) });
    blend.draw(flowAt);
    const previous = texels();
    blend.keep();
    painter.draw(facePoints());
    const warp = texels();
    blend.take({ ...answer(), previous: new Float32Array(FIELD).fill(0.25) });
    blend.draw(flowAt);
    const mixed = texels();
    for (let p = 0; p < mixed.length; p += 401 * 4) {
      expect(Math.abs(mixed[p]! - (0.75 * warp[p]! + 0.25 * previous[p]!))).toBeLessThanOrEqual(1);
    }
  });

  it("moves the previous output by the network's own flow, but not on the border", () => {
    const { blend, painter, texels, flowAt } = stage(seen);
    blend.keep();
    const previous = texels();
    painter.draw(facePoints({ yaw: 20 }));
    const out = answer();
    out.previous.fill(1);
    out.flow.fill(4 / seen, 0, FIELD);
    blend.take(out);
    blend.draw(flowAt);
    const moved = texels();
    const at = (x: number, y: number) => (y * seen + x) * 4;
    for (const [x, y] of [
      [100, 100],
      [128, 150],
      [40, 200],
    ] as const) {
      expect(moved[at(x, y)]).toBe(previous[at(x + 4, y)]);
    }
    for (let y = 0; y < seen; y++) expect(moved[at(0, y)]).toBe(previous[at(0, y)]);
  });

  it.each(sizes.slice(0, 3))(
    'moves the last output of a face as an answer of its share over the whole field does, at %i²',
    (size) => {
      const points = facePoints({ jaw: 0.3 });
      const map = new PoseMap(field).draw(points).bytes;
      const [asked, moved] = [stage(size), stage(size)];
      for (const { blend, painter, flowAt } of [asked, moved]) {
        blend.take({ ...answer(), residual: new Float32Array(6 * FIELD).fill(0.1) });
        blend.draw(flowAt);
        blend.keep();
        painter.draw(points);
        const flow = new Float32Array(painter.memory.buffer, flowAt, 2 * FIELD);
        for (let i = 0; i < flow.length; i++) flow[i] = 0.02 * Math.sin(i / 900);
      }
      const { previous, ...rest } = answer();
      new EnclosedFace(field).cover(map, previous);
      new FaceReserve(field).withholdAgain(previous, asked.painter.points, asked.painter.shown);
      expect(asked.blend.take({ ...rest, previous })).toBe(true);
      moved.blend.goOn(map);
      moved.blend.spareShown();
      for (const { blend, flowAt } of [asked, moved]) blend.draw(flowAt);
      const found = moved.texels();
      expect(Buffer.compare(found, asked.texels())).toBe(0);
      asked.painter.draw(points);
      expect(Buffer.compare(found, asked.texels())).not.toBe(0);
    },
  );

  it('draws an answer for a window in its place, and around it nothing', () => {
    const window = {
      x: 32 * fineness,
      y: 48 * fineness,
      width: 64 * fineness,
      height: 48 * fineness,
    };
    const { blend, texels, flowAt } = stage(seen);
    const before = texels();
    const cells = window.width * window.height;
    // What an answer before it left must be gone.
    blend.take({ ...answer(), residual: new Float32Array(6 * FIELD).fill(0.3) });
    const part = {
      residual: new Float32Array(6 * cells).fill(-0.1),
      previous: new Float32Array(cells),
      flow: new Float32Array(2 * cells),
    };
    expect(blend.take(part, window)).toBe(true);
    blend.draw(flowAt);
    const after = texels();
    for (const [x, y, inside] of [
      [128, 140, true],
      [70, 100, true],
      [60, 140, false],
      [128, 90, false],
      [194, 140, false],
      [128, 194, false],
    ] as const) {
      const at = 4 * fineness * (y * seen + x);
      const wanted = inside ? Math.max(16, before[at]! - 26) : before[at]!;
      expect([x, y, Math.abs(after[at]! - wanted) <= 1]).toEqual([x, y, true]);
    }
  });
});
