import { describe, expect, it } from 'vitest';
import { openOnnx } from '../../../../src/pipeline/landmark/onnx.io.ts';
import {
  encodeOnnxModel,
  type OnnxConstant,
} from '../../../../src/pipeline/landmark/onnx-protobuf.ts';
import {
  batchGenerator,
  packKernels,
} from '../../../../src/pipeline/render/few-shot-vid2vid/batched-generator.ts';
import { GraphWriter } from '../../../../src/pipeline/render/few-shot-vid2vid/graph-writer.ts';
import {
  bakeKernels,
  kernelCount,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { seededRandom } from '../../seeded-random.ts';

const random = seededRandom(7);
const noise = (length: number, reach = 1) =>
  Float32Array.from({ length }, () => reach * (2 * random() - 1));

describe('the batched generator', () => {
  const conv = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] };
  it.each([
    ['a square one with padding and steps', [5, 2, 3, 3], conv],
    ['one of a single place', [5, 2, 1, 1], { kernel_shape: [1, 1] }],
    ['one without padding', [3, 2, 3, 3], { kernel_shape: [3, 3] }],
    ['an oblong one', [4, 2, 1, 3], { kernel_shape: [1, 3], pads: [0, 1, 0, 1] }],
    ['one of even sides', [4, 2, 2, 2], { kernel_shape: [2, 2], strides: [2, 2] }],
  ])('convolves each item of a batch with its own kernel: %s', async (_, dims, attributes) => {
    const length = dims.reduce((a, b) => a * b, 1);
    const [outputs] = dims as [number];
    const table = [
      { name: 'kernel.weight', dims, offset: 0, length },
      { name: 'kernel.bias', dims: [outputs], offset: length, length: outputs },
    ];
    const node = { op: 'Conv', inputs: ['x', 'kernel.weight', 'kernel.bias'], output: 'y' };
    const [height, width] = [8, 6];
    const generator = encodeOnnxModel({
      nodes: [{ ...node, attributes }],
      constants: new Map<string, OnnxConstant>(),
      inputs: [{ name: 'x', dims: [1, 2, height, width] }],
      outputs: [{ name: 'y', dims: [1, outputs, 'h', 'w'] }],
    });
    const kernels = [1, 2, 3].map(() => noise(kernelCount(table)));
    const inputs = [1, 2].map(() => noise(2 * height * width));
    const rows = [2, 0];
    const baked = await Promise.all(
      rows.map(async (row, i) => {
        const session = await openOnnx(bakeKernels(generator, table, kernels[row]!), 'a test');
        const { y } = await session.run({ x: { dims: [1, 2, height, width], data: inputs[i]! } });
        await session.close();
        return y!;
      }),
    );
    const [, , high = 0, wide = 0] = baked[0]!.dims;
    const surround = {
      inputs: [{ name: 'x', dims: ['N', 2, height, width] }],
      outputs: [{ name: 'y', dims: ['N', outputs, high, wide] }],
    };
    const session = await openOnnx(batchGenerator(generator, table, surround), 'a test');
    const { y } = await session.run({
      x: { dims: [2, 2, height, width], data: Float32Array.from(inputs.flatMap((x) => [...x])) },
      bank: {
        dims: [3, kernelCount(table)],
        data: Float32Array.from(kernels.flatMap((own) => [...packKernels(table, own)])),
      },
      rows: { dims: [2], data: Int32Array.from(rows) },
    });
    await session.close();
    expect(y!.dims).toEqual([2, outputs, high, wide]);
    expect(apart(y!.data, Float32Array.from(baked.flatMap(({ data }) => [...data])))).toBeLessThan(
      1e-6,
    );
  });

  it('leaves out what nobody asks for', async () => {
    const generator = encodeOnnxModel({
      nodes: [
        { op: 'Conv', inputs: ['x', 'weight', 'kernel.bias'], output: 'y', attributes: {} },
        { op: 'Relu', inputs: ['y'], output: 'unwanted', attributes: {} },
      ],
      constants: new Map([['weight', { dims: [1, 1, 1, 1], data: Float32Array.of(2) }]]),
      inputs: [{ name: 'x', dims: [1, 1, 2, 2] }],
      outputs: ['y', 'unwanted'].map((name) => ({ name, dims: [1, 1, 2, 2] })),
    });
    const table = [{ name: 'kernel.bias', dims: [1], offset: 0, length: 1 }];
    const surround = {
      inputs: [{ name: 'x', dims: ['N', 1, 2, 2] }],
      outputs: [{ name: 'y', dims: ['N', 1, 2, 2] }],
    };
    const session = await openOnnx(batchGenerator(generator, table, surround), 'a test');
    expect(session.outputs).toEqual(['y']);
    const { y } = await session.run({
      x: { dims: [1, 1, 2, 2], data: Float32Array.of(1, 2, 3, 4) },
      bank: { dims: [1, 1], data: Float32Array.of(10) },
      rows: { dims: [1], data: Int32Array.of(0) },
    });
    expect([...y!.data]).toEqual([12, 14, 16, 18]);
    await session.close();
  });

  it('stands between what makes its input and what takes its output on', async () => {
    const generator = encodeOnnxModel({
      nodes: [{ op: 'Add', inputs: ['input', 'kernel.bias'], output: 'sum', attributes: {} }],
      constants: new Map<string, OnnxConstant>(),
      inputs: [{ name: 'input', dims: [1, 1] }],
      outputs: [{ name: 'sum', dims: [1, 1] }],
    });
    const table = [{ name: 'kernel.bias', dims: [1], offset: 0, length: 1 }];
    const [before, after] = [new GraphWriter('before'), new GraphWriter('after')];
    before.node('Mul', ['given', before.float(3)], {}, 'input');
    after.node('ReduceSum', ['sum', after.ints(1, 2)], { keepdims: 0 }, 'all');
    const surround = {
      before,
      after,
      inputs: [{ name: 'given', dims: ['N', 1, 1] }],
      outputs: [{ name: 'all', dims: ['N'] }],
    };
    const session = await openOnnx(batchGenerator(generator, table, surround), 'a test');
    const { all } = await session.run({
      given: { dims: [2, 1, 1], data: Float32Array.of(1, 2) },
      bank: { dims: [2, 1], data: Float32Array.of(10, 20) },
      rows: { dims: [2], data: Int32Array.of(1, 0) },
    });
    await session.close();
    expect([...all!.data]).toEqual([23, 16]);
  });

  it('refuses what is no model', () => {
    expect(() =>
      batchGenerator(Uint8Array.of(0xff, 0xff), [], { inputs: [], outputs: [] }),
    ).toThrow(SyntaxError);
  });
});

/** Largest difference, as a share of the largest value. */
function apart(found: Float32Array, wanted: Float32Array): number {
  const most = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(found.length).toBe(wanted.length);
  return most(found.map((value, i) => value - wanted[i]!)) / most(wanted);
}
