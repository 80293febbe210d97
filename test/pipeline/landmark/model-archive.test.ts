import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  readEmbeddedModel,
  readFaceLandmarker,
  sha256,
} from '../../../src/pipeline/landmark/model-archive.ts';

const networks = {
  'face_detector.tflite': Uint8Array.of(1, 2, 3),
  'face_landmarks_detector.tflite': Uint8Array.of(4, 5),
  'face_blendshapes.tflite': Uint8Array.of(6),
};
const task = zipSync(networks, { level: 0 });
const known = (bytes: Uint8Array) => [
  { name: 'test', about: '', licence: 'MIT', bytes: bytes.length, sha256: sha256(bytes) },
];

describe('readFaceLandmarker', () => {
  it('unpacks a known file', () => {
    const archive = readFaceLandmarker(task, 'a.task', known(task));
    expect(archive.name).toBe('test');
    expect([...archive.detector]).toEqual([1, 2, 3]);
    expect([...archive.mesh]).toEqual([4, 5]);
    expect([...archive.blendshapes!]).toEqual([6]);
  });

  it('refuses a file cut off anywhere, by name', () => {
    for (let length = 0; length < task.length; length += 7) {
      expect(() => readFaceLandmarker(task.subarray(0, length), 'a.task', known(task))).toThrow(
        expect.objectContaining({
          code: 'model_invalid',
          message: expect.stringContaining('a.task'),
        }),
      );
    }
  });

  it('refuses a zip that is no face landmarker, saying what is missing', () => {
    const other = zipSync({ 'pose_detector.tflite': Uint8Array.of(1) });
    expect(() => readFaceLandmarker(other, 'pose.task', known(other))).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        message: expect.stringContaining('face_detector.tflite'),
      }),
    );
  });

  it('refuses a whole file with other bytes in it, with both checksums', () => {
    const changed = zipSync({ ...networks, 'face_blendshapes.tflite': Uint8Array.of(7) });
    expect(() => readFaceLandmarker(changed, 'b.task', known(task))).toThrow(
      expect.objectContaining({
        code: 'model_checksum',
        value: sha256(changed),
        valid: [sha256(task)],
      }),
    );
  });
});

describe('readEmbeddedModel', () => {
  const assets = Uint8Array.of(9, 9, 1, 2, 3, 9, 4, 5);
  const slice = (start: number, end: number) => ({
    start,
    end,
    sha256: sha256(assets.subarray(start, end)),
  });
  const embedded = {
    name: 'small',
    about: '',
    file: 'pkg/assets.data',
    detector: slice(2, 5),
    mesh: slice(6, 8),
  };

  it('cuts the networks out of the package’s file', () => {
    const archive = readEmbeddedModel(assets, embedded);
    expect(archive).toMatchObject({ name: 'small', blendshapes: undefined });
    expect([...archive.detector, ...archive.mesh]).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses another version of the package', () => {
    const other = assets.slice();
    other[7] = 0;
    expect(() => readEmbeddedModel(other, embedded)).toThrow(
      expect.objectContaining({
        code: 'model_checksum',
        message: expect.stringContaining('pkg/assets.data'),
      }),
    );
  });
});
