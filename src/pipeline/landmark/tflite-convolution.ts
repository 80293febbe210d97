import { permute, toNchw } from './tensor-layout.ts';
import type { TfliteOperator } from './tflite.ts';
import type { GraphBuilder } from './tflite-to-onnx.ts';

/** The schema's `Padding`: SAME, else VALID. */
const SAME = 0;

/** Applies the schema's `ActivationFunctionType` and gives the result the operator's output name. */
export function activate(
  graph: GraphBuilder,
  operator: TfliteOperator,
  activation: number,
  emit: (output?: number) => string,
): void {
  const output = operator.outputs[0]!;
  if (activation === 0) emit(output);
  else if (activation === 1) graph.add('Relu', [emit()], {}, output);
  else if (activation === 3) {
    const bounds = [graph.floats(Float32Array.of(0), []), graph.floats(Float32Array.of(6), [])];
    graph.add('Clip', [emit(), ...bounds], {}, output);
  } else throw new RangeError(`activation ${activation} is not known`);
}

/** TFLite's SAME puts the odd pixel of padding at the end: [top, left, bottom, right]. */
function samePadding(
  input: readonly number[],
  output: readonly number[],
  kernel: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number],
): number[] {
  const total = [0, 1].map((axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    const covered = (output[axis + 1]! - 1) * strides[axis]! + reach;
    return Math.max(0, covered - input[axis + 1]!);
  });
  const before = total.map((size) => Math.floor(size / 2));
  return [...before, ...total.map((size, axis) => size - before[axis]!)];
}

export function convolution(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, weights] = operator.inputs as [number, number];
  const kernel = graph.shape(weights);
  // [out, h, w, in] to [out, in, h, w] is the same move as NHWC to NCHW.
  const moved = toNchw(graph.values(weights) as Float32Array, kernel);
  const options = operator.options;
  addConvolution(graph, operator, moved.data as Float32Array, moved.dims, {
    group: graph.shape(input)[3]! / kernel[3]!,
    strides: [options?.int32(2) ?? 1, options?.int32(1) ?? 1],
    dilations: [options?.int32(5, 1) ?? 1, options?.int32(4, 1) ?? 1],
    activation: options?.int8(3) ?? 0,
  });
}

export function depthwiseConvolution(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, weights] = operator.inputs as [number, number];
  // [1, h, w, in × multiplier] to [in × multiplier, 1, h, w].
  const values = graph.values(weights) as Float32Array;
  const moved = permute(values, graph.shape(weights), [3, 0, 1, 2]);
  const options = operator.options;
  addConvolution(graph, operator, moved.data as Float32Array, moved.dims, {
    group: graph.shape(input)[3]!,
    strides: [options?.int32(2) ?? 1, options?.int32(1) ?? 1],
    dilations: [options?.int32(6, 1) ?? 1, options?.int32(5, 1) ?? 1],
    activation: options?.int8(4) ?? 0,
  });
}

function addConvolution(
  graph: GraphBuilder,
  operator: TfliteOperator,
  weights: Float32Array,
  dims: readonly number[],
  shape: {
    group: number;
    strides: [number, number];
    dilations: [number, number];
    activation: number;
  },
): void {
  const [input, , bias] = operator.inputs as [number, number, number | undefined];
  const output = operator.outputs[0]!;
  const kernel: [number, number] = [dims[2]!, dims[3]!];
  const same = (operator.options?.int8(0) ?? SAME) === SAME;
  const { group, strides, dilations } = shape;
  const pads = same
    ? samePadding(graph.shape(input), graph.shape(output), kernel, strides, dilations)
    : [0, 0, 0, 0];
  const inputs = [graph.value(input), graph.floats(weights, dims)];
  if (bias !== undefined && bias >= 0) inputs.push(graph.value(bias));
  activate(graph, operator, shape.activation, (name) =>
    graph.add('Conv', inputs, { kernel_shape: kernel, strides, dilations, pads, group }, name),
  );
}

export function maxPool(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, output] = [operator.inputs[0]!, operator.outputs[0]!];
  const options = operator.options;
  const strides: [number, number] = [options?.int32(2) ?? 1, options?.int32(1) ?? 1];
  const kernel: [number, number] = [options?.int32(4) ?? 1, options?.int32(3) ?? 1];
  const same = (options?.int8(0) ?? SAME) === SAME;
  const pads = same
    ? samePadding(graph.shape(input), graph.shape(output), kernel, strides, [1, 1])
    : [0, 0, 0, 0];
  activate(graph, operator, options?.int8(5) ?? 0, (name) =>
    graph.add('MaxPool', [graph.value(input)], { kernel_shape: kernel, strides, pads }, name),
  );
}

/**
 * PReLU, slope a where x is negative, as x + Relu(depthwise 1×1 (a − 1) of x): the runtime has no fast PRelu
 * kernel, while it runs these in its blocked layout, the Relu as a part of the convolution. Where a slope is above
 * 1 the term is to be taken off: a second convolution turns its sign.
 */
export function prelu(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, slope] = operator.inputs as [number, number];
  const channels = graph.shape(input)[3]!;
  const slopes = graph.values(slope) as Float32Array;
  if (slopes.length !== channels) throw new RangeError('PReLU slopes must be one a channel');
  const x = graph.value(input);
  const scaled = (from: string, by: Float32Array): string =>
    graph.add('Conv', [from, graph.floats(by, [channels, 1, 1, 1])], {
      kernel_shape: [1, 1],
      group: channels,
    });
  const term = graph.add('Relu', [
    scaled(
      x,
      slopes.map((a) => -Math.abs(1 - a)),
    ),
  ]);
  const signed = slopes.some((a) => a > 1)
    ? scaled(
        term,
        slopes.map((a) => Math.sign(1 - a)),
      )
    : term;
  graph.add('Add', [signed, x], {}, operator.outputs[0]);
}
