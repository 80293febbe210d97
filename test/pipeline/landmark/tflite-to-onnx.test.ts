import { describe, expect, it } from 'vitest';
import { openOnnx } from '../../../src/pipeline/landmark/onnx.io.ts';
import { encodeOnnxModel } from '../../../src/pipeline/landmark/onnx-protobuf.ts';
import { permute, toNchw } from '../../../src/pipeline/landmark/tensor-layout.ts';
import { readTflite } from '../../../src/pipeline/landmark/tflite.ts';
import { convertTflite } from '../../../src/pipeline/landmark/tflite-to-onnx.ts';
import { type Fields, type TestTensor, writeTflite } from './tflite-writer.ts';

/** Numbers that repeat from run to run, −1…1. */
function noise(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const shaped = (
  shape: readonly number[],
  seed: number,
): Required<Pick<TestTensor, 'shape' | 'data'>> & { data: Float32Array } => ({
  shape,
  data: noise(size(shape), seed),
});

/** Runs one operator on a channels-last input, and gives its output channels-last. */
async function run(
  code: number,
  input: { shape: readonly number[]; data: Float32Array },
  constants: readonly TestTensor[],
  output: readonly number[],
  options?: Fields,
  order: readonly number[] = [0, ...constants.map((_, i) => i + 2)],
): Promise<Float32Array> {
  const bytes = writeTflite({
    tensors: [{ shape: input.shape }, { shape: output }, ...constants],
    operators: [{ code, inputs: order, outputs: [1], ...(options && { options }) }],
    inputs: [0],
    outputs: [1],
  });
  const graph = convertTflite(readTflite(bytes, 'test.tflite'), { out: 1 }, 'test.tflite');
  const session = await openOnnx(encodeOnnxModel(graph), 'test');
  try {
    const { dims, data } = toNchw(input.data, input.shape);
    const { out } = await session.run({ input: { dims, data: data as Float32Array } });
    if (out!.dims.length !== 4) return out!.data;
    return permute(out!.data, out!.dims, [0, 2, 3, 1]).data as Float32Array;
  } finally {
    await session.close();
  }
}

function expectClose(found: Float32Array, expected: Float32Array | number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
}

/** A convolution as its definition says it, TFLite's SAME padding included. */
function convolve(
  input: { shape: readonly number[]; data: Float32Array },
  weight: (o: number, y: number, x: number, c: number) => number,
  geometry: { kernel: number; stride: number; out: readonly number[]; same: boolean },
): Float32Array {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const [, outHeight, outWidth, outChannels] = geometry.out as [number, number, number, number];
  const { kernel, stride, same } = geometry;
  const before = (inside: number, outside: number) =>
    same ? Math.floor(Math.max(0, (outside - 1) * stride + kernel - inside) / 2) : 0;
  const top = before(height, outHeight);
  const left = before(width, outWidth);
  const result = new Float32Array(size(geometry.out));
  let at = 0;
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++)
      for (let o = 0; o < outChannels; o++, at++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const iy = y * stride + ky - top;
            const ix = x * stride + kx - left;
            if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
            for (let c = 0; c < channels; c++)
              result[at]! += input.data[(iy * width + ix) * channels + c]! * weight(o, ky, kx, c);
          }
  return result;
}

describe('convertTflite', () => {
  it.each([
    { height: 6, stride: 1, same: true, kernel: 3 },
    { height: 6, stride: 2, same: true, kernel: 3 },
    { height: 7, stride: 2, same: true, kernel: 3 },
    { height: 6, stride: 2, same: true, kernel: 5 },
    { height: 6, stride: 1, same: false, kernel: 3 },
  ])('keeps a convolution’s padding and stride: %o', async ({ height, stride, same, kernel }) => {
    const input = shaped([1, height, 6, 3], 1);
    const weights = shaped([4, kernel, kernel, 3], 2);
    const side = (inside: number) =>
      same ? Math.ceil(inside / stride) : Math.floor((inside - kernel) / stride) + 1;
    const out = [1, side(height), side(6), 4];
    const bias = shaped([4], 3);
    const options: Fields = [{ int8: same ? 0 : 1 }, { int32: stride }, { int32: stride }];
    const expected = convolve(
      input,
      (o, y, x, c) => weights.data[((o * kernel + y) * kernel + x) * 3 + c]!,
      { kernel, stride, out, same },
    ).map((value, i) => value + bias.data[i % 4]!);
    expectClose(await run(3, input, [weights, bias], out, options), expected);
  });

  it('keeps a depthwise convolution, with its clipped activation', async () => {
    const input = shaped([1, 6, 5, 3], 4);
    const weights = shaped([1, 3, 3, 3], 5);
    const bias = { shape: [3], data: Float32Array.of(0, 6, -6) };
    const out = [1, 3, 3, 3];
    const options: Fields = [{ int8: 0 }, { int32: 2 }, { int32: 2 }, { int32: 1 }, { int8: 3 }];
    const expected = convolve(
      input,
      (o, y, x, c) => (o === c ? weights.data[(y * 3 + x) * 3 + c]! : 0),
      { kernel: 3, stride: 2, out, same: true },
    ).map((value, i) => Math.min(6, Math.max(0, value + bias.data[i % 3]!)));
    expectClose(await run(4, input, [weights, bias], out, options), expected);
  });

  it.each([
    ['below one', [0.25, -0.5, 0]],
    ['on either side of one', [0.25, 1, 1.75]],
  ])('keeps PReLU through its rewriting, with slopes %s', async (_, values) => {
    const input = shaped([1, 4, 4, 3], 6);
    const slopes = { shape: [1, 1, 3], data: Float32Array.from(values) };
    const expected = input.data.map((x, i) => (x > 0 ? x : x * slopes.data[i % 3]!));
    expectClose(await run(54, input, [slopes], input.shape), expected);
  });

  it('keeps max pooling where the picture has an odd side', async () => {
    const input = shaped([1, 3, 3, 1], 7);
    const options: Fields = [{ int8: 0 }, { int32: 2 }, { int32: 2 }, { int32: 2 }, { int32: 2 }];
    const d = input.data;
    const expected = [
      Math.max(d[0]!, d[1]!, d[3]!, d[4]!),
      Math.max(d[2]!, d[5]!),
      Math.max(d[6]!, d[7]!),
      d[8]!,
    ];
    expectClose(await run(17, input, [], [1, 2, 2, 1], options), expected);
  });

  it('pads channels at the end, as the detector does', async () => {
    const input = shaped([1, 2, 2, 2], 8);
    const paddings = { shape: [4, 2], type: 2, data: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1) };
    const d = input.data;
    const expected = [d[0]!, d[1]!, 0, d[2]!, d[3]!, 0, d[4]!, d[5]!, 0, d[6]!, d[7]!, 0];
    expectClose(await run(34, input, [paddings], [1, 2, 2, 3]), expected);
  });

  it('reshapes in channels-last order, to a lower rank and within rank 4', async () => {
    const input = shaped([1, 2, 3, 4], 9);
    expectClose(await run(22, input, [], [1, 12, 2]), input.data);
    expectClose(await run(22, input, [], [1, 4, 3, 2]), input.data);
  });

  it('concatenates along channels with a constant', async () => {
    const input = shaped([1, 1, 2, 2], 10);
    const other = shaped([1, 1, 2, 1], 11);
    const [d, e] = [input.data, other.data];
    expectClose(await run(2, input, [other], [1, 1, 2, 3], [{ int32: 3 }]), [
      d[0]!,
      d[1]!,
      e[0]!,
      d[2]!,
      d[3]!,
      e[1]!,
    ]);
  });

  it('broadcasts a constant over channels, and scalars', async () => {
    const input = shaped([1, 2, 2, 3], 12);
    const perChannel = { shape: [3], data: Float32Array.of(1, 10, 100) };
    const scalar = { shape: [], data: Float32Array.of(4) };
    const scaled = input.data.map((x, i) => x * perChannel.data[i % 3]!);
    expectClose(await run(18, input, [perChannel], input.shape), scaled);
    expectClose(
      await run(42, input, [scalar], input.shape),
      input.data.map((x) => x / 4),
    );
    expectClose(
      await run(41, input, [scalar], input.shape, undefined, [2, 0]),
      input.data.map((x) => 4 - x),
    );
    expectClose(
      await run(0, input, [scalar], input.shape, [{ int8: 1 }]),
      input.data.map((x) => Math.max(0, x + 4)),
    );
  });

  it('reduces over channels-last axes', async () => {
    const input = shaped([1, 2, 2, 4], 13);
    const axis = { shape: [1], type: 2, data: Int32Array.of(-1) };
    const sums = [0, 1, 2, 3].map((p) =>
      input.data.slice(4 * p, 4 * p + 4).reduce((a, b) => a + b),
    );
    expectClose(await run(74, input, [axis], [1, 2, 2, 1], [{ int8: 1 }]), sums);
    expectClose(
      await run(40, input, [axis], [1, 2, 2, 1], [{ int8: 1 }]),
      sums.map((sum) => sum / 4),
    );
  });

  it('transposes and slices along channels-last axes', async () => {
    const input = shaped([1, 1, 3, 2], 14);
    const perm = { shape: [4], type: 2, data: Int32Array.of(0, 1, 3, 2) };
    const d = input.data;
    expectClose(await run(39, input, [perm], [1, 1, 2, 3]), [
      d[0]!,
      d[2]!,
      d[4]!,
      d[1]!,
      d[3]!,
      d[5]!,
    ]);
    const ints = (...values: number[]) => ({ shape: [4], type: 2, data: Int32Array.from(values) });
    const slice = [ints(0, 0, 1, 0), ints(0, 0, 3, 1), ints(1, 1, 1, 1)];
    const masks: Fields = [{ int32: 0b0011 }, { int32: 0b0011 }];
    expectClose(await run(45, input, slice, [1, 1, 2, 1], masks), [d[2]!, d[4]!]);
  });

  it('keeps the element-wise functions', async () => {
    const input = { shape: [1, 2, 2, 1], data: Float32Array.of(0.25, 1, 4, 9) };
    const each = (f: (x: number) => number) => input.data.map(f);
    expectClose(
      await run(14, input, [], input.shape),
      each((x) => 1 / (1 + Math.exp(-x))),
    );
    expectClose(
      await run(19, input, [], input.shape),
      each((x) => Math.max(0, x)),
    );
    expectClose(
      await run(59, input, [], input.shape),
      each((x) => -x),
    );
    expectClose(await run(75, input, [], input.shape), each(Math.sqrt));
    expectClose(
      await run(76, input, [], input.shape),
      each((x) => 1 / Math.sqrt(x)),
    );
    expectClose(
      await run(99, input, [], input.shape, undefined, [0, 0]),
      each(() => 0),
    );
  });

  it('widens half-float weights where a DEQUANTIZE stands before their user', async () => {
    const input = shaped([1, 1, 1, 2], 15);
    const bytes = writeTflite({
      tensors: [
        { shape: input.shape },
        { shape: input.shape },
        { shape: [2], type: 1, data: Uint16Array.of(0x4000, 0xb800) },
        { shape: [2] },
      ],
      operators: [
        { code: 6, inputs: [2], outputs: [3] },
        { code: 18, inputs: [0, 3], outputs: [1] },
      ],
      inputs: [0],
      outputs: [1],
    });
    const graph = convertTflite(readTflite(bytes, 'half.tflite'), { out: 1 }, 'half.tflite');
    const session = await openOnnx(encodeOnnxModel(graph), 'half');
    const dims = [1, 2, 1, 1];
    const { out } = await session.run({ input: { dims, data: input.data } });
    await session.close();
    expectClose(out!.data, [input.data[0]! * 2, input.data[1]! * -0.5]);
  });

  it('leaves out what no wanted output needs', () => {
    const bytes = writeTflite({
      tensors: [{ shape: [1, 2] }, { shape: [1, 2] }, { shape: [1, 2] }],
      operators: [
        { code: 19, inputs: [0], outputs: [1] },
        { code: 9999, inputs: [0], outputs: [2] },
      ],
      inputs: [0],
      outputs: [1, 2],
    });
    const graph = convertTflite(readTflite(bytes, 'dead.tflite'), { kept: 1 }, 'dead.tflite');
    expect(graph.nodes.map((node) => node.op)).toEqual(['Relu']);
  });

  it('refuses an operator it does not know, naming the file', () => {
    const bytes = writeTflite({
      tensors: [{ shape: [1, 2] }, { shape: [1, 2] }],
      operators: [{ code: 9999, inputs: [0], outputs: [1] }],
      inputs: [0],
      outputs: [1],
    });
    const graph = readTflite(bytes, 'odd.tflite');
    expect(() => convertTflite(graph, { out: 1 }, 'odd.tflite')).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        message: expect.stringMatching(/odd\.tflite.*9999/),
      }),
    );
  });

  it.each([
    ['corners on corners', [undefined, undefined, 1, 0], (i: number) => (i * 2) / 5],
    ['centres of pixels', [undefined, undefined, 0, 1], (i: number) => (i + 0.5) / 2 - 0.5],
    ['first pixels on each other', [undefined, undefined, 0, 0], (i: number) => i / 2],
  ] as const)('resizes bilinearly with %s', async (_, flags, place) => {
    const input = shaped([1, 3, 3, 2], 9);
    const output = [1, 6, 6, 2];
    const sizes: TestTensor = { shape: [2], data: Int32Array.of(6, 6) };
    const options: Fields = flags.map((flag) => (flag === undefined ? undefined : { int8: flag }));
    const at = (x: number, y: number, c: number) => {
      const u = Math.min(2, Math.max(0, x));
      const v = Math.min(2, Math.max(0, y));
      const [left, top] = [Math.min(1, Math.floor(u)), Math.min(1, Math.floor(v))];
      const [fx, fy] = [u - left, v - top];
      const value = (column: number, row: number) => input.data[(row * 3 + column) * 2 + c]!;
      const upper = value(left, top) * (1 - fx) + value(left + 1, top) * fx;
      return (
        upper * (1 - fy) + (value(left, top + 1) * (1 - fx) + value(left + 1, top + 1) * fx) * fy
      );
    };
    const expected = Float32Array.from({ length: 72 }, (__, k) =>
      at(place(Math.floor(k / 2) % 6), place(Math.floor(k / 12)), k % 2),
    );
    expectClose(await run(23, input, [sizes], output, options), expected);
  });
});
