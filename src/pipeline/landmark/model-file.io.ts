import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isSystemError } from '../../errors.ts';
import {
  type ModelArchive,
  readEmbeddedModel,
  readFaceLandmarker,
  sha256,
} from './model-archive.ts';
import { ModelError } from './model-error.ts';
import { EMBEDDED_MODEL, PERSON_MODEL } from './model-manifest.ts';

/** Where to look for a landmark model; the first that applies wins, the embedded one comes last. */
export interface LandmarkModelLocation {
  /** A `face_landmarker.task` that the user names; it must be there. */
  readonly faceModelPath?: string | undefined;
  /** Where the models command puts `face_landmarker.task`; may be missing. */
  readonly modelsFolder: string;
}

/** A model's networks and the file they came from. */
export interface ModelFile {
  readonly path: string;
  readonly archive: ModelArchive;
}

/** The file that the models command writes. */
export const FACE_LANDMARKER_FILE = 'face_landmarker.task';

/**
 * Reads and checks the landmark model that a process would use. A file that is there but bad is an
 * error, not a reason to fall back: whoever put it there wants to know.
 *
 * @throws ModelError `model_missing`, `model_invalid`, `model_checksum`, naming the file.
 */
export async function readModelFile(location: LandmarkModelLocation): Promise<ModelFile> {
  const { faceModelPath, modelsFolder } = location;
  const path = faceModelPath ?? join(modelsFolder, FACE_LANDMARKER_FILE);
  const bytes = await readIfThere(path);
  if (bytes !== undefined) return { path, archive: readFaceLandmarker(bytes, path) };
  if (faceModelPath !== undefined) {
    throw new ModelError('model_missing', `There is no face model at ${path}.`, { value: path });
  }
  return readEmbeddedFile();
}

async function readEmbeddedFile(): Promise<ModelFile> {
  const { path, bytes } = await readPackaged(EMBEDDED_MODEL.file);
  return { path, archive: readEmbeddedModel(bytes) };
}

/**
 * Reads and checks the network that tells people from backgrounds, of the same npm package.
 * @throws ModelError `model_missing`, `model_checksum`, naming the file.
 */
export async function readPersonModel(): Promise<{ path: string; bytes: Uint8Array }> {
  const { file, sha256: expected } = PERSON_MODEL;
  const { path, bytes } = await readPackaged(file);
  const found = sha256(bytes);
  if (found !== expected) {
    const message = `${file} is not the version that this program knows: run npm ci.`;
    throw new ModelError('model_checksum', message, { value: found, valid: [expected] });
  }
  return { path, bytes };
}

async function readPackaged(file: string): Promise<{ path: string; bytes: Uint8Array }> {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(file);
  } catch (cause) {
    const message = `The npm package that holds ${file} is not installed: run npm ci.`;
    throw new ModelError('model_missing', message, { value: file, cause });
  }
  const bytes = await readIfThere(path);
  if (bytes === undefined) {
    throw new ModelError('model_missing', `${path} is gone: run npm ci.`, { value: path });
  }
  return { path, bytes };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError('model_missing', `${path} cannot be read: ${reason}.`, {
      value: path,
      cause,
    });
  }
}
