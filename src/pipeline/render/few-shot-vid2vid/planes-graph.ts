import { ELEMENT_TYPES, encodeOnnxModel, graphField } from '../../landmark/onnx-protobuf.ts';
import { PictureGraph } from './picture-graph.ts';

export const PLANES_INPUT = 'texels';
export const PLANES_OUTPUT = 'planes';

/** Bytes of textures as they come, interleaved (1, rows, columns, 4), as planes of bytes that stay on a device. */
export function planesGraph(): Uint8Array {
  const graph = new PictureGraph('planes');
  const numbers = graph.numbers(PLANES_INPUT);
  const planes = [0, 1, 2, 3].map((k) =>
    graph.node('Unsqueeze', [
      graph.node('Squeeze', [graph.part(numbers, k, k + 1, 3), graph.ints(3)]),
      graph.ints(1),
    ]),
  );
  // A Transpose would be moved past the Cast, to bytes, which a device has none for.
  graph.node('Cast', [graph.joined(planes)], { to: ELEMENT_TYPES.uint8 }, PLANES_OUTPUT);
  const value = (name: string, dims: (number | string)[]) => ({
    name,
    dims,
    type: 'uint8' as const,
  });
  return Buffer.concat([
    encodeOnnxModel({
      nodes: [],
      constants: new Map(),
      inputs: [value(PLANES_INPUT, [1, 'rows', 'columns', 4])],
      outputs: [value(PLANES_OUTPUT, [1, 4, 'rows', 'columns'])],
    }),
    graphField([...graph.nodes, ...graph.constants()]),
  ]);
}
