/** A constant of an ONNX graph; integers are stored as int64, as every shape-like input wants. */
export interface OnnxConstant {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export type OnnxAttribute = number | readonly number[];

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Numbers are written as int, lists as ints: no operator here needs another kind. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

interface OnnxValue {
  readonly name: string;
  /** A name stands for a length that a run decides. */
  readonly dims: readonly (number | string)[];
}

/** A graph whose inputs and outputs are all float32; nodes stand in an order that can be run. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The operator set the converter writes: the last where ReduceMean takes its axes as attribute. */
const OPSET = 17;
/** The IR version that goes with it (onnx/onnx docs/Versioning.md). */
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;

/** Serialises a graph as `onnx.ModelProto` (onnx/onnx, onnx/onnx.proto); the result is the caller's. */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const model: Bytes[] = [
    int(1, IR_VERSION),
    text(2, 'understudy'),
    message(7, graphProto(graph)),
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
  const tensors = [...constants].map(([name, constant]) => message(5, tensorProto(name, constant)));
  return message(7, tensors);
}

type Bytes = Uint8Array<ArrayBuffer>;

function graphProto(graph: OnnxGraph): Bytes[] {
  return [
    ...graph.nodes.map((node) => message(1, nodeProto(node))),
    text(2, 'graph'),
    ...[...graph.constants].map(([name, constant]) => message(5, tensorProto(name, constant))),
    ...graph.inputs.map((value) => message(11, valueInfoProto(value))),
    ...graph.outputs.map((value) => message(12, valueInfoProto(value))),
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
  return [text(1, name), ...value.map((item) => int(8, item)), int(20, 7)];
}

function tensorProto(name: string, { dims, data }: OnnxConstant): Bytes[] {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [
    ...dims.map((dim) => int(1, dim)),
    int(2, data instanceof Float32Array ? FLOAT : INT64),
    text(8, name),
    lengthDelimited(9, raw),
  ];
}

function valueInfoProto({ name, dims }: OnnxValue): Bytes[] {
  const shape = dims.map((dim) =>
    message(1, [typeof dim === 'number' ? int(1, dim) : text(2, dim)]),
  );
  return [text(1, name), message(2, [message(1, [int(1, FLOAT), message(2, shape)])])];
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

function message(field: number, parts: Bytes[]): Bytes {
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
