import { unzipSync } from 'fflate';
import { ModelError } from './model-error.ts';

/** The TFLite files of one landmark model. */
export interface ModelArchive {
  readonly detector: Uint8Array;
  readonly mesh: Uint8Array;
  readonly blendshapes: Uint8Array | undefined;
}

/** Where `@mediapipe/holistic` 0.5.1675471629 keeps the networks in its packed assets (its loader script's table). */
const HOLISTIC_DETECTOR = { start: 0, end: 229_032 } as const;
const HOLISTIC_MESH = { start: 248_408, end: 1_490_304 } as const;

/** Cuts the face networks out of `holistic_solution_packed_assets.data`; views, not copies. */
export function readHolisticAssets(assets: Uint8Array): ModelArchive {
  return {
    detector: assets.subarray(HOLISTIC_DETECTOR.start, HOLISTIC_DETECTOR.end),
    mesh: assets.subarray(HOLISTIC_MESH.start, HOLISTIC_MESH.end),
    blendshapes: undefined,
  };
}

/**
 * Unpacks a `face_landmarker.task`: a zip of TFLite files.
 * @param file what to call it in errors.
 * @throws ModelError `model_invalid` where it is no zip, is cut off, or lacks a network.
 */
export function readFaceLandmarkerTask(bytes: Uint8Array, file: string): ModelArchive {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes);
  } catch (cause) {
    throw new ModelError('model_invalid', `${file} is not a whole .task file (a zip archive).`, {
      value: file,
      cause,
    });
  }
  const need = (name: string) => {
    const entry = entries[name];
    if (entry === undefined) {
      throw new ModelError('model_invalid', `${file} holds no ${name}: it is no face landmarker.`, {
        value: Object.keys(entries),
        valid: [name],
      });
    }
    return entry;
  };
  return {
    detector: need('face_detector.tflite'),
    mesh: need('face_landmarks_detector.tflite'),
    blendshapes: entries['face_blendshapes.tflite'],
  };
}
