import { beforeAll, describe, expect, it } from 'vitest';
import type { CropFormat } from '../../../src/pipeline/landmark/crop.ts';
import type { ModelArchive } from '../../../src/pipeline/landmark/model-archive.ts';
import { convertDetector, convertMesh } from '../../../src/pipeline/landmark/model-conversion.ts';
import { readModelFile } from '../../../src/pipeline/landmark/model-file.io.ts';
import { openOnnx } from '../../../src/pipeline/landmark/onnx.io.ts';
import { pictureSource } from '../../../src/pipeline/landmark/picture-crop.ts';
import { permute } from '../../../src/pipeline/landmark/tensor-layout.ts';
import { readTflite } from '../../../src/pipeline/landmark/tflite.ts';
import { drawFaces } from './drawn-face.ts';
import { interpret } from './tflite-interpreter.ts';
import { writeTflite } from './tflite-writer.ts';

let archive: ModelArchive;
beforeAll(async () => {
  ({ archive } = await readModelFile({ modelsFolder: '/nonexistent' }));
});

const picture = drawFaces(256, 256, [{ x: 128, y: 122, width: 110, roll: 0.1 }]);

/** The drawn face as a network's input, channels first and channels last. */
function inputs(format: CropFormat, size: number) {
  const { side } = format;
  const first = new Float32Array(3 * side * side);
  pictureSource(picture).crop({ x: 128, y: 122, size, roll: 0 }, format, first);
  const last = permute(first, [1, 3, side, side], [0, 2, 3, 1]).data as Float32Array;
  return { first, last };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);
}

describe('conversion of the embedded networks', () => {
  it('keeps all points of the landmark network to a hundredth of a pixel, the second look’s too', async () => {
    const { first, last } = inputs({ side: 192, black: 0, white: 1, border: 'replicate' }, 200);
    const graph = readTflite(archive.mesh, 'mesh');
    const expected = interpret(graph, last);
    const { onnx, side, count, refined } = convertMesh(archive.mesh, 'mesh');
    expect({ side, count, refined }).toEqual({ side: 192, count: 478, refined: true });
    const session = await openOnnx(onnx, 'mesh');
    const found = await session.run({ input: { dims: [1, 3, 192, 192], data: first } });
    await session.close();
    const wanted = Object.fromEntries(
      graph.outputs.map((output) => [graph.tensors[output]!.name, expected.get(output)!]),
    );
    expect(largestDifference(found.points!.data, wanted.output_mesh_identity!)).toBeLessThan(0.01);
    expect(largestDifference(found.lips!.data, wanted.output_lips!)).toBeLessThan(0.01);
    expect(largestDifference(found.leftEye!.data, wanted.output_left_eye!)).toBeLessThan(0.01);
    expect(largestDifference(found.rightEye!.data, wanted.output_right_eye!)).toBeLessThan(0.01);
    expect(largestDifference(found.leftIris!.data, wanted.output_left_iris!)).toBeLessThan(0.01);
    expect(largestDifference(found.rightIris!.data, wanted.output_right_iris!)).toBeLessThan(0.01);
    expect(found.presence!.data[0]).toBeCloseTo(wanted.conv_faceflag![0]!, 2);
    expect(found.presence!.data[0]).toBeGreaterThan(0);
  });

  it('keeps the detector’s boxes and scores', async () => {
    const { first, last } = inputs({ side: 128, black: -1, white: 1, border: 'black' }, 256);
    const graph = readTflite(archive.detector, 'detector');
    const expected = interpret(graph, last);
    const session = await openOnnx(convertDetector(archive.detector, 'detector'), 'detector');
    const { regressors, scores } = await session.run({
      input: { dims: [1, 3, 128, 128], data: first },
    });
    await session.close();
    const [wantedBoxes, wantedScores] = graph.outputs.map((output) => expected.get(output)!);
    expect(largestDifference(regressors!.data, wantedBoxes!)).toBeLessThan(0.01);
    expect(largestDifference(scores!.data, wantedScores!)).toBeLessThan(0.01);
    expect(Math.max(...scores!.data)).toBeGreaterThan(0);
  });

  it('refuses a network of another kind in its place', () => {
    expect(() => convertMesh(archive.detector, 'the mesh')).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        message: expect.stringContaining('the mesh'),
      }),
    );
    expect(() => convertDetector(archive.mesh, 'the detector')).toThrow(
      expect.objectContaining({ code: 'model_invalid' }),
    );
  });

  it('refuses a network that lacks the outputs', () => {
    const bytes = writeTflite({
      tensors: [{ shape: [1, 192, 192, 3] }, { shape: [1, 192, 192, 3] }],
      operators: [{ code: 19, inputs: [0], outputs: [1] }],
      inputs: [0],
      outputs: [1],
    });
    expect(() => convertMesh(bytes, 'odd.tflite')).toThrow(
      expect.objectContaining({ code: 'model_invalid' }),
    );
  });

  it('either refuses a network cut off anywhere or gives one of the right shape', () => {
    for (let part = 1; part < 16; part++) {
      const cut = archive.mesh.subarray(0, Math.floor((archive.mesh.length * part) / 16));
      try {
        expect(convertMesh(cut, 'cut.tflite').count).toBe(478);
      } catch (error) {
        expect(error).toMatchObject({ code: 'model_invalid' });
      }
    }
  });
});
