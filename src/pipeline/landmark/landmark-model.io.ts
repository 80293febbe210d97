import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FaceNetworks } from './face-networks.ts';
import type { LandmarkModel } from './face-tracker.ts';
import { MediapipeFaceFinder } from './mediapipe-face-finder.ts';
import { MediapipeFaceTracker } from './mediapipe-face-tracker.ts';
import { type ModelArchive, readFaceLandmarkerTask, readHolisticAssets } from './model-archive.ts';
import { convertBlendshapes, convertDetector, convertMesh } from './model-conversion.ts';
import { ModelError } from './model-error.ts';
import { type OnnxOptions, type OnnxSession, openOnnx } from './onnx.io.ts';

/** Where to look for a landmark model, the first that applies winning. */
export interface LandmarkModelLocation {
  /** A `face_landmarker.task` that the user names; it must be there. */
  readonly faceModelPath?: string | undefined;
  /** Where the models command puts `face_landmarker.task`; may be missing. */
  readonly modelsFolder: string;
}

export const FACE_LANDMARKER_FILE = 'face_landmarker.task';
const HOLISTIC_ASSETS = '@mediapipe/holistic/holistic_solution_packed_assets.data';

/**
 * Opens the best landmark model there is: the named file, else the downloaded one, else the 468-point
 * network that comes with the npm package. The caller closes it.
 *
 * @throws ModelError `model_missing`, `model_invalid`, `model_checksum`, naming the file.
 */
export async function openLandmarkModel(
  location: LandmarkModelLocation,
  options: OnnxOptions = {},
): Promise<LandmarkModel> {
  const { archive, file, name } = await findArchive(location);
  const mesh = convertMesh(archive.mesh, `the landmark network of ${file}`);
  const sessions: OnnxSession[] = [];
  const open = async (onnx: Uint8Array, part: string) => {
    const session = await openOnnx(onnx, `the ${part} of ${file}`, options);
    sessions.push(session);
    return session;
  };
  const close = async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  };
  try {
    const detector = convertDetector(archive.detector, `the face detector of ${file}`);
    const networks: FaceNetworks = {
      detector: await open(detector, 'face detector'),
      mesh: await open(mesh.onnx, 'landmark network'),
      meshSide: mesh.side,
      count: mesh.count,
      ...(archive.blendshapes && {
        blendshapes: await open(
          convertBlendshapes(archive.blendshapes, `the blendshape network of ${file}`),
          'blendshape network',
        ),
      }),
    };
    return {
      name,
      count: mesh.count,
      createTracker: () => new MediapipeFaceTracker(networks),
      finder: new MediapipeFaceFinder(networks),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface FoundArchive {
  readonly archive: ModelArchive;
  readonly file: string;
  readonly name: string;
}

async function findArchive(location: LandmarkModelLocation): Promise<FoundArchive> {
  const { faceModelPath, modelsFolder } = location;
  if (faceModelPath !== undefined) {
    const bytes = await readIfThere(faceModelPath);
    if (bytes === undefined) {
      throw new ModelError('model_missing', `There is no face model at ${faceModelPath}.`, {
        value: faceModelPath,
      });
    }
    return task(bytes, faceModelPath);
  }
  const fetched = join(modelsFolder, FACE_LANDMARKER_FILE);
  const bytes = await readIfThere(fetched);
  return bytes === undefined ? embedded() : task(bytes, fetched);
}

function task(bytes: Uint8Array, file: string): FoundArchive {
  return { archive: readFaceLandmarkerTask(bytes, file), file, name: 'face_landmarker' };
}

async function embedded(): Promise<FoundArchive> {
  const file = createRequire(import.meta.url).resolve(HOLISTIC_ASSETS);
  return {
    archive: readHolisticAssets(await readFile(file)),
    file: HOLISTIC_ASSETS,
    name: 'face_mesh_468',
  };
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new ModelError('model_missing', `${file} cannot be read.`, { value: file, cause });
  }
}
