import { type FlexValue, readFlexMap } from './flexbuffer.ts';
import type { TfliteOperator } from './tflite.ts';
import type { GraphBuilder } from './tflite-to-onnx.ts';

type Converter = (graph: GraphBuilder, operator: TfliteOperator) => void;

/**
 * MediaPipe's own operators (mediapipe/util/tflite/operations), by which its attention mesh looks at
 * lips and eyes a second time: landmarks say where a part of the face lies, its features are cut out
 * upright, and the landmarks found in them are put back. Matrices are 4×4, row by row, for columns.
 */
export const CUSTOM_CONVERTERS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['Landmarks2TransformMatrix', transformMatrix],
  ['TransformTensorBilinear', transformTensor],
  ['TransformLandmarks', transformLandmarks],
]);

function numberOf(options: ReadonlyMap<string, FlexValue>, name: string): number {
  const value = options.get(name);
  if (typeof value !== 'number') throw new RangeError(`the option ${name} is not a number`);
  return value;
}

/** The matrix from a crop's pixels to the features': the turned box of some landmarks, with a margin. */
function transformMatrix(graph: GraphBuilder, { inputs, outputs, customOptions }: TfliteOperator) {
  const options = readFlexMap(customOptions);
  const option = (name: string) => numberOf(options, name);
  const subset = options.get('subset_idxs');
  if (typeof subset !== 'object') throw new RangeError('the option subset_idxs is not a list');
  if (option('target_rotation_radians') !== 0) throw new RangeError('only upright crops are known');
  const float = (...values: number[]) => graph.floats(Float32Array.from(values), [values.length]);

  const landmarks = graph.add('Reshape', [graph.value(inputs[0]!), graph.ints([-1, 3])]);
  const pick = (indices: readonly number[]) => {
    const rows = graph.add('Gather', [landmarks, graph.ints(indices)], { axis: 0 });
    return graph.add('Slice', [rows, graph.ints([0]), graph.ints([2]), graph.ints([1])]);
  };
  // The unit vector along the part, and the turned box of its landmarks.
  const along = graph.add('Sub', [
    pick([option('right_rotation_idx')]),
    pick([option('left_rotation_idx')]),
  ]);
  const length = graph.add('ReduceL2', [along], { axes: [1], keepdims: 1 });
  const unit = graph.add('Div', [along, length]);
  const swapped = graph.add('Gather', [unit, graph.ints([1, 0])], { axis: 1 });
  const across = graph.add('Mul', [swapped, float(-1, 1)]);
  // Rows are the crop's axes in the features' coordinates: (cos, sin), (−sin, cos).
  const axes = graph.add('Concat', [unit, across], { axis: 0 });
  const axesAsColumns = graph.add('Transpose', [axes], { perm: [1, 0] });
  const turned = graph.add('MatMul', [pick(subset), axesAsColumns]);
  const high = graph.add('ReduceMax', [turned], { axes: [0], keepdims: 1 });
  const low = graph.add('ReduceMin', [turned], { axes: [0], keepdims: 1 });
  const middle = graph.add('Mul', [graph.add('Add', [high, low]), float(0.5)]);
  const centre = graph.add('MatMul', [middle, axes]);
  const [width, height] = [option('output_width'), option('output_height')];
  const scale = graph.add('Mul', [
    graph.add('Sub', [high, low]),
    float(option('scale_x') / width, option('scale_y') / height),
  ]);
  // [1, 2] scales the columns of the rotation matrix, which are the crop's axes.
  const linear = graph.add('Mul', [axesAsColumns, scale]);
  const toMiddle = graph.floats(Float32Array.of(width / 2, height / 2), [2, 1]);
  const shift = graph.add('Sub', [
    graph.add('Transpose', [centre], { perm: [1, 0] }),
    graph.add('MatMul', [linear, toMiddle]),
  ]);
  const zero = graph.floats(new Float32Array(2), [2, 1]);
  const upper = graph.add('Concat', [linear, zero, shift], { axis: 1 });
  const lower = graph.floats(Float32Array.of(0, 0, 1, 0, 0, 0, 0, 1), [2, 4]);
  const matrix = graph.add('Concat', [upper, lower], { axis: 0 });
  graph.add('Reshape', [matrix, graph.ints([1, 4, 4])], {}, outputs[0]);
}

/** A matrix's linear part [2, 2] and its shift [1, 2], both for rows of points. */
function rowsOf(graph: GraphBuilder, tensor: number): { linear: string; shift: string } {
  const flat = graph.add('Reshape', [graph.value(tensor), graph.ints([4, 4])]);
  const columns = graph.add('Transpose', [flat], { perm: [1, 0] });
  const part = (from: number, to: number) =>
    graph.add('Slice', [columns, graph.ints([from, 0]), graph.ints([to, 2]), graph.ints([0, 1])]);
  return { linear: part(0, 2), shift: part(3, 4) };
}

/** Cuts a crop out of the features; both count from the corner of their first pixel. */
function transformTensor(graph: GraphBuilder, { inputs, outputs }: TfliteOperator): void {
  const [features, matrix] = inputs as [number, number];
  const [, inHeight, inWidth] = graph.shape(features) as [number, number, number];
  const [, height, width] = graph.shape(outputs[0]!) as [number, number, number];
  const pixels = Float32Array.from({ length: 2 * height * width }, (_, i) =>
    i % 2 === 0 ? ((i / 2) % width) + 0.5 : Math.floor(i / 2 / width) + 0.5,
  );
  const { linear, shift } = rowsOf(graph, matrix);
  const turned = graph.add('MatMul', [graph.floats(pixels, [height * width, 2]), linear]);
  const corners = graph.add('Add', [turned, shift]);
  // GridSample wants −1…1 over the picture's outer edges.
  const scale = graph.floats(Float32Array.of(2 / inWidth, 2 / inHeight), [2]);
  const one = graph.floats(Float32Array.of(1), [1]);
  const relative = graph.add('Sub', [graph.add('Mul', [corners, scale]), one]);
  const grid = graph.add('Reshape', [relative, graph.ints([1, height, width, 2])]);
  graph.add('GridSample', [graph.value(features), grid], { align_corners: 0 }, outputs[0]);
}

function transformLandmarks(graph: GraphBuilder, { inputs, outputs }: TfliteOperator): void {
  const [landmarks, matrix] = inputs as [number, number];
  const shape = graph.shape(landmarks);
  if (shape.length !== 3 || shape[2] !== 2) throw new RangeError('landmarks must be x, y pairs');
  const { linear, shift } = rowsOf(graph, matrix);
  const turned = graph.add('MatMul', [graph.value(landmarks), linear]);
  graph.add('Add', [turned, shift], {}, outputs[0]);
}
