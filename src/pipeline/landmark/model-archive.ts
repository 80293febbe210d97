import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { ModelError } from './model-error.ts';
import {
  EMBEDDED_MODEL,
  type EmbeddedModel,
  FACE_LANDMARKERS,
  type KnownModel,
  type KnownSlice,
} from './model-manifest.ts';

/** The TFLite files of one landmark model: views of the file they came in. */
export interface ModelArchive {
  /** The manifest's name of it. */
  readonly name: string;
  readonly detector: Uint8Array;
  readonly mesh: Uint8Array;
  readonly blendshapes: Uint8Array | undefined;
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Cuts the face networks out of `@mediapipe/holistic`'s packed assets.
 * @throws ModelError `model_checksum` where they are not the ones that the manifest names.
 */
export function readEmbeddedModel(
  assets: Uint8Array,
  embedded: EmbeddedModel = EMBEDDED_MODEL,
): ModelArchive {
  const cut = ({ start, end, sha256: expected }: KnownSlice) => {
    const slice = assets.subarray(start, end);
    const found = sha256(slice);
    if (found !== expected) {
      const message = `${embedded.file} is not the version that this program knows: run npm ci.`;
      throw new ModelError('model_checksum', message, { value: found, valid: [expected] });
    }
    return slice;
  };
  return {
    name: embedded.name,
    detector: cut(embedded.detector),
    mesh: cut(embedded.mesh),
    blendshapes: undefined,
  };
}

/**
 * Unpacks a `face_landmarker.task`, a zip of TFLite files.
 * @param file what to call it in errors.
 * @throws ModelError `model_invalid` where it is no zip, is cut off, or lacks a network;
 *   `model_checksum` where it is none of the known ones.
 */
export function readFaceLandmarker(
  bytes: Uint8Array,
  file: string,
  known: readonly KnownModel[] = FACE_LANDMARKERS,
): ModelArchive {
  const entries = unzip(bytes, file);
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
  const networks = {
    detector: need('face_detector.tflite'),
    mesh: need('face_landmarks_detector.tflite'),
    blendshapes: entries['face_blendshapes.tflite'],
  };
  const found = sha256(bytes);
  const model = known.find((one) => one.sha256 === found);
  if (model === undefined) {
    throw new ModelError(
      'model_checksum',
      `${file} is none of the known face landmarkers: its SHA-256 is ${found}. Fetch it anew with npm run models.`,
      { value: found, valid: known.map((one) => one.sha256) },
    );
  }
  return { name: model.name, ...networks };
}

function unzip(bytes: Uint8Array, file: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    throw new ModelError('model_invalid', `${file} is not a whole .task file (a zip archive).`, {
      value: file,
      cause,
    });
  }
}
