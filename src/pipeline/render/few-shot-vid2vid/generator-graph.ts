import {
  GRAPH,
  graphField,
  graphFields,
  MODEL_GRAPH,
  MODEL_METADATA,
  type OnnxAttribute,
  type OnnxNode,
} from '../../landmark/onnx-protobuf.ts';
import { type ProtobufField, protobufFields, varints } from '../../landmark/protobuf-fields.ts';

/** A convolution of the generator, as far as its kernels go; numbers as in ONNX's operator Conv. */
export interface ConvNode {
  readonly input: string;
  readonly weight: string;
  readonly bias: string | undefined;
  readonly output: string;
  readonly size: readonly number[];
  readonly pads: readonly number[];
  readonly strides: readonly number[];
}

/** What becomes of the parts of a graph: its inputs and outputs are left out, the given fields take their place. */
export interface GraphRewrite {
  /** @returns undefined to keep the convolution as it is. */
  conv(
    node: ConvNode,
    attributes: Readonly<Record<string, OnnxAttribute>>,
  ): Uint8Array[] | undefined;
  /** Stands before everything else. */
  before(): Uint8Array[];
  /** Stands after everything else, when all of it was seen. */
  after(): Uint8Array[];
}

/**
 * Rewrites an ONNX file without taking apart what is not asked for: nodes keep their order, constants
 * their bytes.
 * @throws SyntaxError where the bytes are no ONNX model.
 */
export function rewriteGraph(model: Uint8Array, rewrite: GraphRewrite): Uint8Array {
  const rest: Uint8Array[] = [];
  const graph: Uint8Array[] = [...rewrite.before()];
  for (const field of protobufFields(model)) {
    if (field.number !== MODEL_GRAPH) rest.push(field.raw);
    else for (const part of protobufFields(field.content)) graph.push(...rewritten(part, rewrite));
  }
  graph.push(...rewrite.after());
  return Buffer.concat([...rest, graphField(graph)]);
}

/** Whether a model leaves open how many rows and columns its `input` has: a name stands for each in place of a number. */
export function takesWindows(model: Uint8Array): boolean {
  const within = (message: Uint8Array, number: number): Uint8Array[] =>
    [...protobufFields(message)].flatMap((part) => (part.number === number ? [part.content] : []));
  // onnx.ModelProto → GraphProto → ValueInfoProto → TypeProto → Tensor → TensorShapeProto → Dimension
  const input = within(model, MODEL_GRAPH)
    .flatMap((graph) => within(graph, GRAPH.input))
    .find((value) => textOf(value, 1) === 'input');
  const dims = [2, 1, 2, 1].reduce(
    (messages, number) => messages.flatMap((message) => within(message, number)),
    input ? [input] : [],
  );
  return dims.length === 4 && dims.slice(2).every((dim) => within(dim, 2).length > 0);
}

/** What a model says of itself under a key; undefined where it says nothing. @throws SyntaxError where the bytes are no ONNX model. */
export function metadataOf(model: Uint8Array, key: string): string | undefined {
  for (const { number, content } of protobufFields(model)) {
    // onnx.ModelProto → StringStringEntryProto
    if (number === MODEL_METADATA && textOf(content, 1) === key) return textOf(content, 2);
  }
  return undefined;
}

function rewritten(part: ProtobufField, rewrite: GraphRewrite): Uint8Array[] {
  if (part.number === GRAPH.input || part.number === GRAPH.output) return [];
  if (part.number !== GRAPH.node || textOf(part.content, 4) !== 'Conv') return [part.raw];
  const { node, attributes } = convOf(part.content);
  return rewrite.conv(node, attributes) ?? [part.raw];
}

function convOf(content: Uint8Array): {
  node: ConvNode;
  attributes: Record<string, OnnxAttribute>;
} {
  const inputs: string[] = [];
  const attributes: Record<string, OnnxAttribute> = {};
  for (const field of protobufFields(content)) {
    if (field.number === 1) inputs.push(text(field.content));
    if (field.number !== 5) continue;
    const numbers: number[] = [];
    for (const part of protobufFields(field.content))
      if (part.number === 8) numbers.push(...varints(part));
    // Conv has lists alone but for `group` and `auto_pad`, which the generator does not use.
    if (numbers.length > 0) attributes[textOf(field.content, 1)] = numbers;
  }
  const list = (name: string, otherwise: readonly number[]) =>
    (attributes[name] as readonly number[] | undefined) ?? otherwise;
  const [input = '', weight = '', bias] = inputs;
  return {
    node: {
      input,
      weight,
      bias,
      output: textOf(content, 2),
      size: list('kernel_shape', []),
      pads: list('pads', [0, 0, 0, 0]),
      strides: list('strides', [1, 1]),
    },
    attributes,
  };
}

/** The text of a message's field, empty where it has none. */
function textOf(message: Uint8Array, number: number): string {
  for (const field of protobufFields(message))
    if (field.number === number) return text(field.content);
  return '';
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A node as the field that it is in a graph. */
export function nodeField(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): Uint8Array {
  return graphFields.node({ op, inputs, output, attributes });
}
