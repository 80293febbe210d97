import { nchwAxis, nchwOrder, nchwPermutation, toNchw } from './tensor-layout.ts';
import type { TfliteOperator } from './tflite.ts';
import {
  activate,
  convolution,
  depthwiseConvolution,
  maxPool,
  prelu,
} from './tflite-convolution.ts';
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
const RESIZE_BILINEAR = 23;
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
  [RESIZE_BILINEAR, resize],
  [TRANSPOSE, transpose],
  [MEAN, reduce('ReduceMean')],
  [SUM, reduce('ReduceSum')],
  [STRIDED_SLICE, stridedSlice],
  [PRELU, prelu],
  [RSQRT, reciprocalRoot],
  [SQUARED_DIFFERENCE, squaredDifference],
]);

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

function concatenation(graph: GraphBuilder, operator: TfliteOperator): void {
  const rank = graph.shape(operator.outputs[0]!).length;
  const axis = nchwAxis(operator.options?.int32(0) ?? 0, rank);
  const inputs = operator.inputs.map((input) => graph.value(input));
  activate(graph, operator, operator.options?.int8(1) ?? 0, (output) =>
    graph.add('Concat', inputs, { axis }, output),
  );
}

/**
 * More channels at the end, as the networks' widening blocks have them, as a 1×1 convolution: a Pad would take its
 * sum, and all sums after it, out of the runtime's blocked layout, with a reordering for each.
 */
function pad(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, paddings] = operator.inputs as [number, number];
  const values = graph.values(paddings);
  const shape = graph.shape(input);
  const axes = shape.map((_, axis) => axis);
  const padded = values.findIndex((width) => width !== 0);
  if (shape.length === 4 && padded === values.length - 1) {
    const channels = shape[3]!;
    const wider = channels + values[padded]!;
    const weights = new Float32Array(wider * channels);
    for (let c = 0; c < channels; c++) weights[c * channels + c] = 1;
    const inputs = [graph.value(input), graph.floats(weights, [wider, channels, 1, 1])];
    graph.add('Conv', inputs, { kernel_shape: [1, 1] }, operator.outputs[0]);
    return;
  }
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

/** Bilinear, to the output's own size. */
function resize(graph: GraphBuilder, operator: TfliteOperator): void {
  const [input, output] = [operator.inputs[0]!, operator.outputs[0]!];
  const aligned = (operator.options?.int8(2) ?? 0) !== 0;
  const centred = (operator.options?.int8(3) ?? 0) !== 0;
  const sizes = graph.ints(nchwOrder(graph.shape(output)));
  const mode = aligned ? 'align_corners' : centred ? 'half_pixel' : 'asymmetric';
  graph.add(
    'Resize',
    [graph.value(input), '', '', sizes],
    { mode: 'linear', coordinate_transformation_mode: mode },
    output,
  );
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
