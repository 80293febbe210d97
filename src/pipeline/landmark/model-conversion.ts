import { ANCHOR_COUNT, DETECTOR_SIDE } from './face-detection.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES, type FaceLandmarks } from './landmarks.ts';
import { ModelError } from './model-error.ts';
import { encodeOnnxModel } from './onnx-protobuf.ts';
import { readTflite, type TfliteGraph } from './tflite.ts';
import { convertTflite } from './tflite-to-onnx.ts';

/** The inputs that MediaPipe's landmark networks have had. */
const MESH_SIDES = [192, 256] as const;

/** A converted landmark network and what its shapes say about it. */
export interface MeshConversion {
  readonly onnx: Uint8Array;
  readonly side: number;
  readonly count: FaceLandmarks['count'];
}

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

/** The landmark network as ONNX, with outputs `points` and `presence`. @throws ModelError `model_invalid`. */
export function convertMesh(tflite: Uint8Array, file: string): MeshConversion {
  const graph = readTflite(tflite, file);
  const shape = graph.tensors[graph.inputs[0] ?? -1]?.shape ?? [];
  const side = MESH_SIDES.find((one) => one === shape[1]) ?? MESH_SIDES[0];
  expectInput(graph, [1, side, side, 3], file);
  const countOf = (shape: readonly number[]) =>
    [FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES].find((count) => product(shape) === 3 * count);
  const points = findOutput(graph, (shape) => countOf(shape) !== undefined, file);
  const outputs = {
    points,
    // The full network also says whether the tongue is out, as a rank-2 tensor.
    presence: findOutput(graph, (shape) => shape.length === 4 && product(shape) === 1, file),
  };
  return {
    onnx: encodeOnnxModel(convertTflite(graph, outputs, file)),
    side,
    count: countOf(graph.tensors[points]!.shape)! as FaceLandmarks['count'],
  };
}

/** The blendshape network as ONNX, with output `blendshapes`. @throws ModelError `model_invalid`. */
export function convertBlendshapes(tflite: Uint8Array, file: string): Uint8Array {
  const graph = readTflite(tflite, file);
  expectInput(graph, [1, 146, 2], file);
  const outputs = { blendshapes: findOutput(graph, (shape) => product(shape) === 52, file) };
  return encodeOnnxModel(convertTflite(graph, outputs, file));
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
