import {
  graphFields,
  type OnnxAttribute,
  type OnnxConstant,
} from '../../landmark/onnx-protobuf.ts';

/**
 * Writes a part of a graph, node after node, as fields that may stand among others: values and constants
 * get names of their own, so that what is written reads as a calculation.
 */
export class GraphWriter {
  readonly #prefix: string;
  readonly #nodes: Uint8Array[] = [];
  readonly #constants = new Map<string, OnnxConstant>();

  /** @param prefix of all names, which nothing else in the graph begins with. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Its nodes, in their order. */
  get nodes(): readonly Uint8Array[] {
    return this.#nodes;
  }

  /** What the nodes take that no other gives. */
  constants(): Uint8Array[] {
    return [...this.#constants].map(([name, constant]) => graphFields.constant(name, constant));
  }

  /** One node with one output. @returns the output's name, which is new where none is given. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `${this.#prefix}.${this.#nodes.length}`,
  ): string {
    this.#nodes.push(graphFields.node({ op, inputs, output, attributes }));
    return output;
  }

  /** A constant of float32. @returns its name. */
  floats(dims: readonly number[], numbers: ArrayLike<number>): string {
    return this.#constant({ dims, data: Float32Array.from(numbers) });
  }

  /** One number. @returns its name. */
  float(number: number): string {
    return this.floats([], [number]);
  }

  /** A list of whole numbers, as shapes and axes are given. @returns its name. */
  ints(...numbers: number[]): string {
    return this.#constant({ dims: [numbers.length], data: BigInt64Array.from(numbers, BigInt) });
  }

  /** A constant of int32, as places to gather from are given. @returns its name. */
  indices(dims: readonly number[], numbers: Int32Array): string {
    return this.#constant({ dims, data: numbers });
  }

  /** value · factor + summand. */
  scaled(value: string, factor: number, summand = 0): string {
    const product = factor === 1 ? value : this.node('Mul', [value, this.float(factor)]);
    return summand === 0 ? product : this.node('Add', [product, this.float(summand)]);
  }

  /** Channels from `start` to `end` of a value, or another axis of it. */
  part(value: string, start: number, end: number, axis = 1): string {
    return this.node('Slice', [value, this.ints(start), this.ints(end), this.ints(axis)]);
  }

  joined(values: readonly string[], axis = 1): string {
    return this.node('Concat', values, { axis });
  }

  shaped(value: string, ...dims: number[]): string {
    return this.node('Reshape', [value, this.ints(...dims)]);
  }

  #constant(constant: OnnxConstant): string {
    const name = `${this.#prefix}.constant.${this.#constants.size}`;
    this.#constants.set(name, constant);
    return name;
  }
}
