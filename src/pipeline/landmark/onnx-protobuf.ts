/** A constant of an ONNX graph; shape-like inputs want int64, devices count in int32. */
export interface OnnxConstant {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

export type OnnxAttribute = number | string | readonly number[];

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Numbers are written as int, lists as ints, words as string: no operator here needs another kind. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  /** A name stands for a length that a run decides. */
  readonly dims: readonly (number | string)[];
  /** What its numbers are; float32 where left out. */
  readonly type?: keyof typeof ELEMENT_TYPES;
}

/** A graph; nodes stand in an order that can be run. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** What the model says of itself. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/** The operator set the converter writes: the last where ReduceMean takes its axes as attribute. */
const OPSET = 17;
/** The IR version that goes with it (onnx/onnx docs/Versioning.md). */
const IR_VERSION = 8;
/** `onnx.TensorProto.DataType`. */
export const ELEMENT_TYPES = Object.freeze({ float32: 1, uint8: 2, int32: 6, int64: 7 });

/** Serialises a graph as `onnx.ModelProto` (onnx/onnx, onnx/onnx.proto); the result is the caller's. */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const model: Bytes[] = [
    int(1, IR_VERSION),
    text(2, 'understudy'),
    message(MODEL_GRAPH, graphProto(graph)),
    ...[...(graph.metadata ?? [])].map(([key, value]) =>
      message(MODEL_METADATA, [text(1, key), text(2, value)]),
    ),
    message(8, [text(1, ''), int(2, OPSET)]),
  ];
  return concat(model);
}

/**
 * Constants alone, as an `onnx.ModelProto` that may be appended to another model's bytes: the graph then
 * has them too.
 */
export function encodeInitializers(
  constants: ReadonlyMap<string, OnnxConstant>,
): Uint8Array<ArrayBuffer> {
  return graphField([...constants].map(([name, constant]) => graphFields.constant(name, constant)));
}

/** A part of a graph, as a field of an `onnx.GraphProto` that may stand among others. */
export const graphFields = Object.freeze({
  node: (node: OnnxNode) => message(GRAPH.node, nodeProto(node)),
  constant: (name: string, constant: OnnxConstant) =>
    message(GRAPH.constant, tensorProto(name, constant)),
  input: (value: OnnxValue) => message(GRAPH.input, valueInfoProto(value)),
  output: (value: OnnxValue) => message(GRAPH.output, valueInfoProto(value)),
});

/** The model's field that holds its graph, and what it holds, whole or in parts. */
export function graphField(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return message(MODEL_GRAPH, parts);
}

/** Numbers of fields in `onnx.ModelProto` and `onnx.GraphProto`. */
export const MODEL_GRAPH = 7;
export const MODEL_METADATA = 14;
export const GRAPH = Object.freeze({ node: 1, constant: 5, input: 11, output: 12 });

type Bytes = Uint8Array<ArrayBuffer>;

function graphProto(graph: OnnxGraph): Bytes[] {
  return [
    ...graph.nodes.map(graphFields.node),
    text(2, 'graph'),
    ...[...graph.constants].map(([name, constant]) => graphFields.constant(name, constant)),
    ...graph.inputs.map(graphFields.input),
    ...graph.outputs.map(graphFields.output),
  ];
}

function nodeProto(node: OnnxNode): Bytes[] {
  return [
    ...node.inputs.map((input) => text(1, input)),
    text(2, node.output),
    text(3, node.output),
    text(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) =>
      message(5, attributeProto(name, value)),
    ),
  ];
}

function attributeProto(name: string, value: OnnxAttribute): Bytes[] {
  if (typeof value === 'number') return [text(1, name), int(3, value), int(20, 2)];
  if (typeof value === 'string') return [text(1, name), text(4, value), int(20, 3)];
  return [text(1, name), ...value.map((item) => int(8, item)), int(20, 7)];
}

function tensorProto(name: string, { dims, data }: OnnxConstant): Bytes[] {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [
    ...dims.map((dim) => int(1, dim)),
    int(2, elementType(data)),
    text(8, name),
    lengthDelimited(9, raw),
  ];
}

function elementType(data: OnnxConstant['data']): number {
  if (data instanceof Float32Array) return ELEMENT_TYPES.float32;
  return data instanceof Int32Array ? ELEMENT_TYPES.int32 : ELEMENT_TYPES.int64;
}

function valueInfoProto({ name, dims, type = 'float32' }: OnnxValue): Bytes[] {
  const shape = dims.map((dim) =>
    message(1, [typeof dim === 'number' ? int(1, dim) : text(2, dim)]),
  );
  return [
    text(1, name),
    message(2, [message(1, [int(1, ELEMENT_TYPES[type]), message(2, shape)])]),
  ];
}

function varint(value: number | bigint): Bytes {
  const bytes: number[] = [];
  // Negative ints are written as 64-bit two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function int(field: number, value: number): Bytes {
  return concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Bytes {
  return lengthDelimited(field, new TextEncoder().encode(value));
}

function message(field: number, parts: readonly Uint8Array[]): Bytes {
  return lengthDelimited(field, concat(parts));
}

function lengthDelimited(field: number, bytes: Uint8Array): Bytes {
  return concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
