import { nchwAxis, nchwOrder, nchwPermutation, permute, toNchw } from './tensor-layout.ts';
import type { TfliteOperator } from './tflite.ts';
import type { GraphBuilder } from './tflite-to-onnx.ts';

type Converter = (graph: GraphBuilder, operator: TfliteOperator) => void;

/** `BuiltinOperator` numbers of tensorflow/lite/schema/schema.fbs. */
export const TFLITE_DEQUANTIZE = 6;
const ADD = 0;
const CONCATENATION = 2;
const CONV_2D = 3;
const DEPTHWISE_CONV_2D = 4;
const LOGISTIC = 14;
const MAX_POOL_2D = 17;
const MUL = 18;
const RELU = 19;
const RESHAPE = 22;
const PAD = 34;
const TRANSPOSE = 39;
const MEAN = 40;
const SUB = 41;
const DIV = 42;
const STRIDED_SLICE = 45;
const PRELU = 54;
const NEG = 59;
const SUM = 74;
const SQRT = 75;
const RSQRT = 76;
const SQUARED_DIFFERENCE = 99;

const SAME = 0;

/** How each operator of MediaPipe's face networks is said in ONNX. */
export const CONVERTERS: ReadonlyMap<number, Converter> = new Map<number, Converter>([
  [ADD, binary('Add', 0)],
  [SUB, binary('Sub', 0)],
  [MUL, binary('Mul', 0)],
  [DIV, binary('Div', 0)],
  [CONCATENATION, concatenation],
  [CONV_2D, convolution],
  [DEPTHWISE_CONV_2D, depthwiseConvolution],
  [LOGISTIC, unary('Sigmoid')],
  [MAX_POOL_2D, maxPool],
  [RELU, unary('Relu')],
  [NEG, unary('Neg')],
  [SQRT, unary('Sqrt')],
  [RESHAPE, reshape],
  [PAD, pad],
  [TRANSPOSE, transpose],
  [MEAN, reduce('ReduceMean')],
  [SUM, reduce('ReduceSum')],
  [STRIDED_SLICE, stridedSlice],
  [PRELU, prelu],
  [RSQRT, reciprocalRoot],
  [SQUARED_DIFFERENCE, squaredDifference],
]);

/** Applies the schema's `ActivationFunctionType` and gives the result the operator's output name. */
function activate(
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

function unary(op: string): Converter {
  return (graph, operator) => {
    graph.add(op, [graph.value(operator.inputs[0]!)], {}, operator.outputs[0]);
  };
}

/** An operand that broadcasts over channels last must be given its full rank to become channels-first. */
function operand(graph: GraphBuilder, tensor: number, rank: number): string {
  const shape = graph.shape(tensor);
  if (rank !== 4 || shape.length === 4 || shape.length === 0) return graph.value(tensor);
  if (!graph.isConstant(tensor)) throw new RangeError(`tensor ${tensor} broadcasts from rank < 4`);
  const full = [...new Array<number>(4 - shape.length).fill(1), ...shape];
  const { data, dims } = toNchw(Float32Array.from(graph.values(tensor)), full);
  return graph.floats(data as Float32Array, dims);
}

function binary(op: string, activationField: number): Converter {
  return (graph, operator) => {
    const rank = graph.shape(operator.outputs[0]!).length;
    const inputs = operator.inputs.map((input) => operand(graph, input, rank));
    const activation = operator.options?.int8(activationField) ?? 0;
    activate(graph, operator, activation, (output) => graph.add(op, inputs, {}, output));
  };
}

function squaredDifference(graph: GraphBuilder, operator: TfliteOperator): void {
  const difference = graph.add(
    'Sub',
    operator.inputs.map((input) => graph.value(input)),
  );
  graph.add('Mul', [difference, difference], {}, operator.outputs[0]);
}

function reciprocalRoot(graph: GraphBuilder, operator: TfliteOperator): void {
  const root = graph.add('Sqrt', [graph.value(operator.inputs[0]!)]);
  graph.add('Reciprocal', [root], {}, operator.outputs[0]);
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

function convolution(graph: GraphBuilder, operator: TfliteOperator): void {
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

function depthwiseConvolution(graph: GraphBuilder, operator: TfliteOperator): void {
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

function maxPool(graph: GraphBuilder, operator: TfliteOperator): void {
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
 * PReLU as Relu(x) + depthwise 1×1 (−a) of Relu(−x): the runtime has no fast PRelu kernel, while it
 * keeps these in its blocked layout and folds the sum into the convolution.
 */
function prelu(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, slope] = operator.inputs as [number, number];
  const channels = graph.shape(input)[3]!;
  const slopes = graph.values(slope) as Float32Array;
  if (slopes.length !== channels) throw new RangeError('PReLU slopes must be one a channel');
  const x = graph.value(input);
  const negative = graph.add('Relu', [graph.add('Neg', [x])]);
  const weights = graph.floats(
    slopes.map((value) => -value),
    [channels, 1, 1, 1],
  );
  const scaled = graph.add('Conv', [negative, weights], { kernel_shape: [1, 1], group: channels });
  graph.add('Add', [graph.add('Relu', [x]), scaled], {}, operator.outputs[0]);
}

function concatenation(graph: GraphBuilder, operator: TfliteOperator): void {
  const rank = graph.shape(operator.outputs[0]!).length;
  const axis = nchwAxis(operator.options?.int32(0) ?? 0, rank);
  const inputs = operator.inputs.map((input) => graph.value(input));
  activate(graph, operator, operator.options?.int8(1) ?? 0, (output) =>
    graph.add('Concat', inputs, { axis }, output),
  );
}

function pad(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, paddings] = operator.inputs as [number, number];
  const values = graph.values(paddings);
  const axes = graph.shape(input).map((_, axis) => axis);
  const before = nchwOrder(axes.map((axis) => values[2 * axis]!));
  const after = nchwOrder(axes.map((axis) => values[2 * axis + 1]!));
  const inputs = [graph.value(input), graph.ints([...before, ...after])];
  graph.add('Pad', inputs, {}, operator.outputs[0]);
}

/** Reshaping counts elements in channels-last order, so rank 4 goes there and back. */
function reshape(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, output] = [operator.inputs[0]!, operator.outputs[0]!];
  const shape = graph.shape(output);
  let value = graph.value(input);
  if (graph.shape(input).length === 4) {
    value = graph.add('Transpose', [value], { perm: [0, 2, 3, 1] });
  }
  if (shape.length !== 4) graph.add('Reshape', [value, graph.ints(shape)], {}, output);
  else {
    value = graph.add('Reshape', [value, graph.ints(shape)]);
    graph.add('Transpose', [value], { perm: [0, 3, 1, 2] }, output);
  }
}

function transpose(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, permutation] = operator.inputs as [number, number];
  const perm = nchwPermutation([...graph.values(permutation)]);
  graph.add('Transpose', [graph.value(input)], { perm }, operator.outputs[0]);
}

function reduce(op: 'ReduceMean' | 'ReduceSum'): Converter {
  return (graph, operator) => {
    const [input, reduced] = operator.inputs as [number, number];
    const rank = graph.shape(input).length;
    const keep = graph.shape(operator.outputs[0]!).length === rank;
    if (!keep && rank === 4) throw new RangeError(`${op} must keep the axes of a rank-4 tensor`);
    const axes = [...graph.values(reduced)].map((axis) => nchwAxis(axis, rank));
    const keepdims = keep ? 1 : 0;
    const value = graph.value(input);
    // In this operator set the axes of a sum are an input, those of a mean an attribute.
    if (op === 'ReduceSum') {
      graph.add(op, [value, graph.ints(axes)], { keepdims }, operator.outputs[0]);
    } else graph.add(op, [value], { axes, keepdims }, operator.outputs[0]);
  };
}

function stridedSlice(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, begin, end, strides] = operator.inputs as [number, number, number, number];
  const output = operator.outputs[0]!;
  const shape = graph.shape(input);
  const options = operator.options;
  const [beginMask, endMask, shrinkMask] = [0, 1, 4].map((field) => options?.int32(field) ?? 0);
  if ((options?.int32(2) ?? 0) !== 0 || (options?.int32(3) ?? 0) !== 0) {
    throw new RangeError('slices with an ellipsis or a new axis are not known');
  }
  const axes = shape.map((_, axis) => axis);
  const starts = axes.map((axis) => (beginMask! & (1 << axis) ? 0 : graph.values(begin)[axis]!));
  const ends = axes.map((axis) => {
    if (shrinkMask! & (1 << axis)) return starts[axis]! + 1;
    return endMask! & (1 << axis) ? shape[axis]! : graph.values(end)[axis]!;
  });
  const inputs = [
    graph.value(input),
    graph.ints(starts),
    graph.ints(ends),
    graph.ints(axes.map((axis) => nchwAxis(axis, shape.length))),
    graph.ints([...graph.values(strides)]),
  ];
  if (graph.shape(output).length === shape.length) graph.add('Slice', inputs, {}, output);
  else if (shape.length === 4) throw new RangeError('a rank-4 slice must keep its axes');
  else {
    const sliced = graph.add('Slice', inputs);
    graph.add('Reshape', [sliced, graph.ints(graph.shape(output))], {}, output);
  }
}
