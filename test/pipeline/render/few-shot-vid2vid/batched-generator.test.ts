import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
import {
  bakeKernels,
  kernelCount,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { SOFTWARE_VULKAN } from '../../../software-vulkan.ts';
import { seededRandom } from '../../seeded-random.ts';
import { type DrawAnswer, type DrawRequest, drawOn } from './draw-on-device.ts';
import { kernelGenerator } from './small-model.ts';

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
    const shapes = { x: [1, 2, height, width], y: [1, outputs, high, wide] };
    const session = await openOnnx(batchGenerator(generator, table, shapes), 'a test');
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
    const shapes = { x: [1, 1, 2, 2], y: [1, 1, 2, 2] };
    const session = await openOnnx(batchGenerator(generator, table, shapes), 'a test');
    expect(session.outputs).toEqual(['y']);
    const { y } = await session.run({
      x: { dims: [1, 1, 2, 2], data: Float32Array.of(1, 2, 3, 4) },
      bank: { dims: [1, 1], data: Float32Array.of(10) },
      rows: { dims: [1], data: Int32Array.of(0) },
    });
    expect([...y!.data]).toEqual([12, 14, 16, 18]);
    await session.close();
  });

  it('refuses what is no model', () => {
    expect(() => batchGenerator(Uint8Array.of(0xff, 0xff), [], {})).toThrow(SyntaxError);
  });
});

/** Largest difference, as a share of the largest value. */
function apart(found: Float32Array, wanted: Float32Array): number {
  const most = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(found.length).toBe(wanted.length);
  return most(found.map((value, i) => value - wanted[i]!)) / most(wanted);
}

const PROCESS = fileURLToPath(new URL('./draw-on-device.process.ts', import.meta.url));

function drawInProcess(request: DrawRequest, env: NodeJS.ProcessEnv): Promise<DrawAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { env, serialization: 'advanced' });
    child.on('message', (answer) => resolve(answer as DrawAnswer));
    child.on('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
    child.send(request);
  });
}

const whatIsMissing = 'missing' in SOFTWARE_VULKAN ? ` (skipped: ${SOFTWARE_VULKAN.missing})` : '';

describe('a model that uses kernels in all ways', () => {
  // As small as its steps allow: what is computed in software takes seconds as it is.
  const { generator, table, shapes } = kernelGenerator(16);
  const kernels = [0, 1].map(() => noise(kernelCount(table)));
  const round = () => kernels.map(() => noise(32 * 16 * 16));
  const request = { generator, table, shapes, kernels, rounds: [round(), round()] };

  it.skipIf('missing' in SOFTWARE_VULKAN)(
    `draws on WebGPU what it draws on the processor, for two identities in one run${whatIsMissing}`,
    { timeout: 240_000 },
    async () => {
      const wanted = await drawOn({ ...request, device: 'cpu' });
      const { env } = SOFTWARE_VULKAN as { env: NodeJS.ProcessEnv };
      const found = await drawInProcess({ ...request, device: 'webgpu' }, env);
      expect(found.lost).toEqual([]);
      for (const [r, identities] of wanted.answers.entries()) {
        for (const [i, outputs] of identities.entries()) {
          for (const [name, values] of Object.entries(outputs)) {
            expect(apart(found.answers[r]![i]![name]!, values), `${name} of ${i}`).toBeLessThan(
              1e-5,
            );
          }
        }
      }
    },
  );
});
