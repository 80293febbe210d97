import { ModelError } from './model-error.ts';
import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxNode } from './onnx-protobuf.ts';
import { toNchw } from './tensor-layout.ts';
import { type TfliteGraph, type TfliteOperator, tensorValues } from './tflite.ts';
import { CUSTOM_CONVERTERS } from './tflite-attention.ts';
import { CONVERTERS, TFLITE_DEQUANTIZE } from './tflite-operators.ts';

/** What an operator's converter may ask for and add. */
export interface GraphBuilder {
  /** The tensor's shape as TFLite has it (channels last). */
  shape(tensor: number): readonly number[];
  /** The values of a constant tensor. @throws RangeError where it is computed. */
  values(tensor: number): Float32Array | Int32Array;
  isConstant(tensor: number): boolean;
  /** The ONNX name of a tensor's value; a constant is added in its ONNX layout. */
  value(tensor: number): string;
  /** Adds a constant and returns its name. */
  floats(data: Float32Array, dims: readonly number[]): string;
  ints(data: readonly number[]): string;
  /** Adds a node and returns its output's name: `output`'s own, or a new one. */
  add(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    output?: number,
  ): string;
}

/**
 * Rewrites a TFLite graph as an ONNX graph that computes only the wanted outputs.
 *
 * Every rank-4 tensor turns from NHWC to NCHW; others keep their layout. The graph's input is named
 * `input`. Weights stay constants, which is what lets the runtime pack them for its fast kernels.
 *
 * @param outputs name → tensor index, of those to compute; what only feeds other outputs is left out.
 * @param file what to call the file in errors.
 * @throws ModelError `model_invalid` for an operator or a shape that the converter does not know.
 */
export function convertTflite(
  graph: TfliteGraph,
  outputs: Readonly<Record<string, number>>,
  file: string,
): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const widened = new Map<number, Float32Array | Int32Array>();
  const names = new Map<number, string>();
  let serial = 0;

  const tensor = (index: number) => {
    const found = graph.tensors[index];
    if (found === undefined) throw new RangeError(`no tensor ${index}`);
    return found;
  };
  const isConstant = (index: number) => widened.has(index) || tensor(index).data !== undefined;
  const values = (index: number) => {
    const known = widened.get(index) ?? tensorValues(tensor(index));
    widened.set(index, known);
    return known;
  };
  const addConstant = (constant: OnnxConstant) => {
    const name = `c${serial++}`;
    constants.set(name, constant);
    return name;
  };

  const builder: GraphBuilder = {
    shape: (index) => tensor(index).shape,
    values,
    isConstant,
    value: (index) => {
      const known = names.get(index);
      if (known !== undefined) return known;
      if (!isConstant(index)) throw new RangeError(`tensor ${index} is used before it is computed`);
      const name = addConstant(toNchw(Float32Array.from(values(index)), tensor(index).shape));
      names.set(index, name);
      return name;
    },
    floats: (data, dims) => addConstant({ dims, data }),
    ints: (data) =>
      addConstant({ dims: [data.length], data: BigInt64Array.from(data, (item) => BigInt(item)) }),
    add: (op, inputs, attributes = {}, output) => {
      const name = output === undefined ? `n${serial++}` : outputName(output);
      nodes.push({ op, inputs, output: name, attributes });
      if (output !== undefined) names.set(output, name);
      return name;
    },
  };
  const outputName = (index: number) =>
    Object.entries(outputs).find(([, wanted]) => wanted === index)?.[0] ?? `t${index}`;

  const input = graph.inputs[0];
  if (input === undefined || graph.inputs.length !== 1) {
    throw new ModelError('model_invalid', `${file} has ${graph.inputs.length} inputs, not one.`);
  }
  names.set(input, 'input');

  try {
    for (const operator of liveOperators(graph, Object.values(outputs))) {
      if (operator.code === TFLITE_DEQUANTIZE) {
        widened.set(operator.outputs[0]!, values(operator.inputs[0]!));
        continue;
      }
      const convert = CONVERTERS.get(operator.code) ?? CUSTOM_CONVERTERS.get(operator.custom);
      if (convert === undefined) {
        throw new RangeError(`operator ${operator.code} ${operator.custom} is not known`);
      }
      convert(builder, operator);
    }
    return {
      nodes,
      constants,
      inputs: [{ name: 'input', dims: toNchwShape(tensor(input).shape) }],
      outputs: Object.entries(outputs).map(([name, index]) => ({
        name,
        dims: toNchwShape(tensor(index).shape),
      })),
    };
  } catch (cause) {
    throw new ModelError('model_invalid', `${file} cannot be converted: ${String(cause)}.`, {
      value: file,
      cause,
    });
  }
}

const toNchwShape = (shape: readonly number[]) =>
  shape.length === 4 ? [shape[0]!, shape[3]!, shape[1]!, shape[2]!] : [...shape];

/** The operators that the wanted outputs depend on, in the file's order, which is runnable. */
function liveOperators(graph: TfliteGraph, wanted: readonly number[]): TfliteOperator[] {
  const needed = new Set(wanted);
  const live: TfliteOperator[] = [];
  for (const operator of graph.operators.toReversed()) {
    if (!operator.outputs.some((output) => needed.has(output))) continue;
    for (const input of operator.inputs) needed.add(input);
    live.push(operator);
  }
  return live.reverse();
}
