import { graphFields, type OnnxAttribute, type OnnxValue } from '../../landmark/onnx-protobuf.ts';
import { type ConvNode, nodeField, rewriteGraph } from './generator-graph.ts';
import type { GraphWriter } from './graph-writer.ts';
import { type KernelTable, kernelCount } from './kernel-table.ts';

/** What the batched generator takes beside its frames. */
export const BATCH_INPUTS = Object.freeze({
  /** (identities, numbers of one's kernels): the kernels of several identities, as {@link packKernels} lays them out. */
  bank: 'bank',
  /** (N), int32: which row of the bank each frame is drawn with. */
  rows: 'rows',
});

/** What the generator is put between. */
export interface GeneratorSurround {
  /** In place of the generator's own. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Makes the generator's inputs, where the graph's own inputs are others. */
  readonly before?: GraphWriter;
  /** Takes the generator's outputs on. */
  readonly after?: GraphWriter;
}

/**
 * The generator for several frames in one run, each with the kernels of its own identity. ONNX's
 * convolution has one kernel for all of its batch; so those that an identity brings along are written as
 * what they are, a product of matrices, which does have one for each: its input is unfolded, once
 * for all that read it, into what each place sees, and multiplied with the item's own kernels.
 * @param generator its kernels open, as the trained model's file has it.
 * @throws SyntaxError where the bytes are no ONNX model, or a kernel is used in another way.
 */
export function batchGenerator(
  generator: Uint8Array,
  table: KernelTable,
  { inputs, outputs, before, after }: GeneratorSurround,
): Uint8Array {
  const batch = new KernelProducts(table);
  return rewriteGraph(generator, {
    before: () => [...(before?.nodes ?? []), ...batch.fetch()],
    conv: (node, attributes) => batch.replace(node, attributes),
    after: () => [
      ...(after?.nodes ?? []),
      ...inputs.map(graphFields.input),
      graphFields.input({ name: BATCH_INPUTS.bank, dims: ['identities', kernelCount(table)] }),
      graphFields.input({ name: BATCH_INPUTS.rows, dims: ['N'], type: 'int32' }),
      ...outputs.map(graphFields.output),
      ...[before, after].flatMap((part) => part?.constants() ?? []),
      ...batch.constants(),
    ],
  });
}

/**
 * An identity's kernels as the batched generator reads them: those of a place beside each other for all
 * channels, (out, y, x, in) in place of (out, in, y, x).
 */
export function packKernels(table: KernelTable, kernels: Float32Array): Float32Array {
  const packed = kernels.slice();
  for (const { dims, offset } of table) {
    const [out = 1, within = 1, height = 1, width = 1] = dims;
    const places = height * width;
    if (places === 1) continue;
    for (let o = 0; o < out; o++) {
      for (let c = 0; c < within; c++) {
        for (let at = 0; at < places; at++) {
          packed[offset + (o * places + at) * within + c] =
            kernels[offset + (o * within + c) * places + at]!;
        }
      }
    }
  }
  return packed;
}

/** Writes the nodes that stand for the convolutions with an identity's kernels. */
class KernelProducts {
  readonly #kernels: ReadonlyMap<string, KernelTable[number]>;
  readonly #constants = new Map<string, readonly number[]>();
  /** What was unfolded already, by how. */
  readonly #unfolded = new Set<string>();

  constructor(table: KernelTable) {
    this.#kernels = new Map(table.map((kernel) => [kernel.name, kernel]));
  }

  /** Each item's own kernels, out of the bank. */
  fetch(): Uint8Array[] {
    const nodes = [nodeField('Gather', [BATCH_INPUTS.bank, BATCH_INPUTS.rows], 'own', { axis: 0 })];
    for (const { name, dims, offset, length } of this.#kernels.values()) {
      const [out = 1, ...rest] = dims;
      // A bias is added to all places of its channel, a weight multiplies all that a place sees.
      const shape = [0, out, rest.reduce((product, dim) => product * dim, 1)];
      nodes.push(
        nodeField(
          'Slice',
          ['own', this.#ints(offset), this.#ints(offset + length), this.#ints(1)],
          `${name}.flat`,
        ),
        nodeField('Reshape', [`${name}.flat`, this.#ints(...shape)], name),
      );
    }
    return nodes;
  }

  replace(
    conv: ConvNode,
    attributes: Readonly<Record<string, OnnxAttribute>>,
  ): Uint8Array[] | undefined {
    const { input, weight, bias = '', output } = conv;
    const [ownWeight, ownBias] = [this.#kernels.get(weight), this.#kernels.get(bias)];
    if (!ownWeight && !ownBias) return undefined;
    if (!ownWeight) {
      const [raw, spread] = [`${output}.raw`, `${output}.spread`];
      return [
        nodeField('Conv', [input, weight], raw, attributes),
        nodeField('Unsqueeze', [bias, this.#ints(3)], spread),
        nodeField('Add', [raw, spread], output),
      ];
    }
    if (bias !== '' && !ownBias) throw new SyntaxError(`${weight} comes without a bias of its own`);
    const nodes: Uint8Array[] = [];
    const seen = this.#unfold(conv, ownWeight.dims[1] ?? 1, nodes);
    const product = `${output}.product`;
    const sum = ownBias ? `${output}.sum` : product;
    nodes.push(nodeField('MatMul', [weight, seen], product));
    if (ownBias) nodes.push(nodeField('Add', [product, bias], sum));
    nodes.push(
      nodeField('Reshape', [sum, this.#shape(conv, ownWeight.dims[0] ?? 1, nodes)], output),
    );
    return nodes;
  }

  constants(): Uint8Array[] {
    return [...this.#constants].map(([name, numbers]) =>
      graphFields.constant(name, {
        dims: [numbers.length],
        data: BigInt64Array.from(numbers, BigInt),
      }),
    );
  }

  /** (N, what a place sees, places) of a convolution's input. @returns its name. */
  #unfold({ input, size, pads, strides }: ConvNode, channels: number, nodes: Uint8Array[]): string {
    const [height = 1, width = 1] = size;
    const [top = 0, left = 0, bottom = 0, right = 0] = pads;
    const name = [input, 'seen', ...size, ...pads, ...strides].join('.');
    if (this.#unfolded.has(name)) return name;
    this.#unfolded.add(name);
    let whole = input;
    if (pads.some((pad) => pad > 0)) {
      whole = `${name}.padded`;
      const edges = this.#ints(0, 0, top, left, 0, 0, bottom, right);
      nodes.push(nodeField('Pad', [input, edges], whole));
    }
    const parts: string[] = [];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const part = `${name}.${y}.${x}`;
        // As many places as fit behind this one: all parts have the same.
        const [below, beyond] = [height - 1 - y, width - 1 - x];
        const end = (rest: number) => (rest === 0 ? Number.MAX_SAFE_INTEGER : -rest);
        nodes.push(
          nodeField(
            'Slice',
            [
              whole,
              this.#ints(y, x),
              this.#ints(end(below), end(beyond)),
              this.#ints(2, 3),
              this.#ints(...strides),
            ],
            part,
          ),
        );
        parts.push(part);
      }
    }
    const all = parts.length === 1 ? parts[0]! : `${name}.all`;
    if (parts.length > 1) nodes.push(nodeField('Concat', parts, all, { axis: 1 }));
    nodes.push(nodeField('Reshape', [all, this.#ints(0, channels * height * width, -1)], name));
    return name;
  }

  /** The shape of a convolution's output. @returns the name of it. */
  #shape({ output, ...conv }: ConvNode, channels: number, nodes: Uint8Array[]): string {
    const { input, size, pads, strides } = conv;
    const [height = 1, width = 1] = size;
    const [top = 0, left = 0, bottom = 0, right = 0] = pads;
    const name = `${output}.shape`;
    const [sides, reached, stepped, last] = ['sides', 'reached', 'stepped', 'last'].map(
      (part) => `${name}.${part}`,
    ) as [string, string, string, string];
    nodes.push(
      // The runtime computes it when it opens the graph, where the sides are known.
      nodeField('Shape', [input], sides, { start: 2, end: 4 }),
      nodeField('Add', [sides, this.#ints(top + bottom - height, left + right - width)], reached),
      nodeField('Div', [reached, this.#ints(...strides)], stepped),
      nodeField('Add', [stepped, this.#ints(1)], last),
      nodeField('Concat', [this.#ints(0, channels), last], name, { axis: 0 }),
    );
    return name;
  }

  /** A constant of whole numbers. @returns its name. */
  #ints(...numbers: number[]): string {
    const name = `ints.${numbers.join('.')}`;
    this.#constants.set(name, numbers);
    return name;
  }
}
