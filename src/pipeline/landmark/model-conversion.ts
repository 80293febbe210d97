import { ANCHOR_COUNT, DETECTOR_SIDE } from './face-detection.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES, type FaceLandmarks } from './landmarks.ts';
import { ModelError } from './model-error.ts';
import { encodeOnnxModel } from './onnx-protobuf.ts';
import { MASK_SIDE } from './person-mask.ts';
import { readTflite, type TfliteGraph } from './tflite.ts';
import { convertTflite } from './tflite-to-onnx.ts';

/** The inputs that MediaPipe's landmark networks have had. */
const MESH_SIDES = [192, 256] as const;

/** A converted landmark network and what its shapes say about it. */
export interface MeshConversion {
  readonly onnx: Uint8Array;
  readonly side: number;
  /** Points in the end, irises included. */
  readonly count: FaceLandmarks['count'];
  /** Whether it gives lips, eyes and irises apart, for `refineMesh`. */
  readonly refined: boolean;
}

/** What the attention mesh calls its further outputs. */
const ATTENTION_OUTPUTS = {
  lips: 'output_lips',
  leftEye: 'output_left_eye',
  rightEye: 'output_right_eye',
  leftIris: 'output_left_iris',
  rightIris: 'output_right_iris',
} as const;

/** The detector as ONNX, with outputs `regressors` and `scores`. @throws ModelError `model_invalid`. */
export function convertDetector(tflite: Uint8Array, file: string): Uint8Array {
  const graph = readTflite(tflite, file);
  expectInput(graph, [1, DETECTOR_SIDE, DETECTOR_SIDE, 3], file);
  const outputs = {
    regressors: findOutput(graph, (shape) => product(shape) === ANCHOR_COUNT * 16, file),
    scores: findOutput(graph, (shape) => product(shape) === ANCHOR_COUNT, file),
  };
  return encodeOnnxModel(convertTflite(graph, outputs, file));
}

/**
 * The landmark network as ONNX, with outputs `points` and `presence`; the attention mesh also has those
 * of {@link ATTENTION_OUTPUTS}, which `refineMesh` puts together.
 * @throws ModelError `model_invalid`.
 */
export function convertMesh(tflite: Uint8Array, file: string): MeshConversion {
  const graph = readTflite(tflite, file);
  const shape = graph.tensors[graph.inputs[0] ?? -1]?.shape ?? [];
  const side = MESH_SIDES.find((one) => one === shape[1]) ?? MESH_SIDES[0];
  expectInput(graph, [1, side, side, 3], file);
  const parts = Object.entries(ATTENTION_OUTPUTS).flatMap(([part, name]) => {
    const index = graph.outputs.find((output) => graph.tensors[output]?.name === name);
    return index === undefined ? [] : [[part, index] as const];
  });
  const refined = parts.length === Object.keys(ATTENTION_OUTPUTS).length;
  const countOf = (dims: readonly number[]) =>
    [FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES].find((count) => product(dims) === 3 * count);
  const points = findOutput(graph, (dims) => countOf(dims) !== undefined, file);
  const outputs = {
    ...(refined && Object.fromEntries(parts)),
    points,
    // The full network also says whether the tongue is out, as a rank-2 tensor.
    presence: findOutput(graph, (dims) => dims.length === 4 && product(dims) === 1, file),
  };
  const count = refined ? FACE_MESH_POINTS_WITH_IRISES : countOf(graph.tensors[points]!.shape)!;
  const onnx = encodeOnnxModel(convertTflite(graph, outputs, file));
  return { onnx, side, count: count as FaceLandmarks['count'], refined };
}

/** The blendshape network as ONNX, with output `blendshapes`. @throws ModelError `model_invalid`. */
export function convertBlendshapes(tflite: Uint8Array, file: string): Uint8Array {
  const graph = readTflite(tflite, file);
  expectInput(graph, [1, 146, 2], file);
  const outputs = { blendshapes: findOutput(graph, (shape) => product(shape) === 52, file) };
  return encodeOnnxModel(convertTflite(graph, outputs, file));
}

/** The pose network as ONNX, with output `mask` alone: its points are not computed. @throws ModelError `model_invalid`. */
export function convertPerson(tflite: Uint8Array, file: string): Uint8Array {
  const graph = readTflite(tflite, file);
  expectInput(graph, [1, MASK_SIDE, MASK_SIDE, 3], file);
  const isMask = (shape: readonly number[]) => shape.join() === [1, MASK_SIDE, MASK_SIDE, 1].join();
  return encodeOnnxModel(convertTflite(graph, { mask: findOutput(graph, isMask, file) }, file));
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function expectInput(graph: TfliteGraph, valid: readonly number[], file: string): void {
  const shape = graph.tensors[graph.inputs[0] ?? -1]?.shape ?? [];
  if (product(shape) === 0 || shape.join() !== valid.join()) {
    throw new ModelError(
      'model_invalid',
      `${file} takes an input of [${shape.join()}], not [${valid.join()}].`,
      { value: shape, valid },
    );
  }
}

function findOutput(
  graph: TfliteGraph,
  fits: (shape: readonly number[]) => boolean,
  file: string,
): number {
  const found = graph.outputs.find((output) => fits(graph.tensors[output]?.shape ?? []));
  if (found === undefined) {
    throw new ModelError('model_invalid', `${file} lacks an output that it should have.`, {
      value: graph.outputs.map((output) => graph.tensors[output]?.shape),
    });
  }
  return found;
}
