import { describe, expect, it } from 'vitest';
import { openOnnx } from '../../../../src/pipeline/landmark/onnx.io.ts';
import {
  encodeOnnxModel,
  graphField,
  type OnnxValue,
} from '../../../../src/pipeline/landmark/onnx-protobuf.ts';
import { FIELD_128, FIELD_256 } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { networkPicture } from '../../../../src/pipeline/render/few-shot-vid2vid/network-picture.ts';
import {
  PictureGraph,
  pictureLength,
} from '../../../../src/pipeline/render/few-shot-vid2vid/picture-graph.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';

/** Runs a graph with one output. */
async function run(
  graph: PictureGraph,
  inputs: readonly OnnxValue[],
  output: string,
  feeds: Parameters<Awaited<ReturnType<typeof openOnnx>>['run']>[0],
): Promise<Float32Array> {
  const outputs = [{ name: output, dims: [] }];
  const ends = encodeOnnxModel({ nodes: [], constants: new Map(), inputs, outputs });
  const model = Buffer.concat([ends, graphField([...graph.nodes, ...graph.constants()])]);
  const session = await openOnnx(model, 'a test');
  const { [output]: found } = await session.run(feeds);
  await session.close();
  return found!.data;
}

describe('pictures in a graph', () => {
  it.each([
    [256, FIELD_128],
    [384, FIELD_128],
    [512, FIELD_128],
    [640, FIELD_128],
    [512, FIELD_256],
    [768, FIELD_256],
  ])(
    'are reduced from %i² to what the network sees as the processor reduces them',
    async (side, field) => {
      const luma = (x: number, y: number) =>
        Math.round(120 + 60 * Math.sin(x / 9) * Math.cos(y / 5));
      const texels = new Uint8Array(side * side * 4);
      for (let i = 0; i < side * side; i++) {
        const [x, y] = [i % side, Math.floor(i / side)];
        texels.set([luma(x, y), luma(x >> 1, y >> 1), luma(y >> 1, x >> 1), 0], 4 * i);
      }
      const wanted = networkPicture({ side, texels }, field, newKernelMemory());
      const planes = new Uint8Array(pictureLength(side));
      const half = side / 2;
      for (let i = 0; i < side * side; i++) planes[i] = texels[4 * i]!;
      for (let i = 0; i < half * half; i++) {
        const [x, y] = [i % half, Math.floor(i / half)];
        planes[side * side + i] = luma(x, y);
        planes[side * side + half * half + i] = luma(y, x);
      }
      const graph = new PictureGraph('test');
      const reduced = graph.reduced(graph.picture(graph.numbers('bytes'), side), side, field);
      const output = graph.planes(reduced, field.side);
      const bytes: OnnxValue = { name: 'bytes', dims: [1, planes.length], type: 'uint8' };
      const found = await run(graph, [bytes], output, {
        bytes: { dims: [1, planes.length], data: planes },
      });
      expect(found.length).toBe(field.pictureBytes);
      const most = found.reduce(
        (worst, value, i) => Math.max(worst, Math.abs(value - wanted[i]!)),
        0,
      );
      expect(most, 'but for rounding to bytes').toBeLessThan(0.52);
    },
  );

  it('are taken from where a flow points, beyond the edge from the edge', async () => {
    const side = 4;
    const graph = new PictureGraph('test');
    const output = graph.at('planes', graph.moved(graph.still(side), side, 'flow'));
    const dims = (channels: number) => [1, channels, side, side];
    const found = await run(
      graph,
      [
        { name: 'planes', dims: dims(1) },
        { name: 'flow', dims: dims(2) },
      ],
      output,
      {
        planes: { dims: dims(1), data: Float32Array.from({ length: 16 }, (_, i) => i) },
        // Half a pixel to the right, one down.
        flow: {
          dims: dims(2),
          data: Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 0.125 : 0.25)),
        },
      },
    );
    const wanted = Array.from({ length: 16 }, (_, i) => {
      const [x, y] = [Math.min(3, (i % 4) + 0.5), Math.min(3, Math.floor(i / 4) + 1)];
      return 4 * y + x;
    });
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
  });
});
