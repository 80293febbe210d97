import type { FaceNetworks } from './face-networks.ts';
import type { LandmarkModel } from './face-tracker.ts';
import { MediapipeFaceFinder } from './mediapipe-face-finder.ts';
import { MediapipeFaceTracker } from './mediapipe-face-tracker.ts';
import {
  convertBlendshapes,
  convertDetector,
  convertMesh,
  convertPerson,
} from './model-conversion.ts';
import { type LandmarkModelLocation, readModelFile, readPersonModel } from './model-file.io.ts';
import { type OnnxOptions, openOnnx } from './onnx.io.ts';
import type { OnnxSession } from './onnx-session.ts';

export interface LandmarkModelOptions extends OnnxOptions {
  /** Give the expression coefficients too, where the model has them: a millisecond more a frame. */
  readonly blendshapes?: boolean;
  /** Have the finder say where the person is, too: 60 ms more a face, a tenth of a second more to open. */
  readonly person?: boolean;
}

/**
 * Opens the best landmark model there is: the named file, else the fetched one, else the 468-point
 * network that comes with an npm package. Takes about a tenth of a second.
 * The caller closes it, after its trackers are done.
 *
 * @throws ModelError `model_missing`, `model_invalid`, `model_checksum`, naming the file.
 */
export async function openLandmarkModel(
  location: LandmarkModelLocation,
  options: LandmarkModelOptions = {},
): Promise<LandmarkModel> {
  const { path, archive } = await readModelFile(location);
  const sessions: OnnxSession[] = [];
  const open = async (onnx: Uint8Array, name: string) => {
    const session = await openOnnx(onnx, name, options);
    sessions.push(session);
    return session;
  };
  const close = async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  };
  const names = {
    detector: `the face detector of ${path}`,
    mesh: `the landmark network of ${path}`,
    blendshapes: `the blendshape network of ${path}`,
  };
  try {
    const mesh = convertMesh(archive.mesh, names.mesh);
    const blendshapes = options.blendshapes ? archive.blendshapes : undefined;
    const networks: FaceNetworks = {
      detector: await open(convertDetector(archive.detector, names.detector), names.detector),
      mesh: await open(mesh.onnx, names.mesh),
      meshSide: mesh.side,
      count: mesh.count,
      refined: mesh.refined,
      ...(blendshapes && {
        blendshapes: await open(
          convertBlendshapes(blendshapes, names.blendshapes),
          names.blendshapes,
        ),
      }),
      ...(options.person && { person: await open(...(await personNetwork())) }),
    };
    return {
      name: archive.name,
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

/** What tells people from backgrounds, whichever network finds their faces; and its name in errors. */
async function personNetwork(): Promise<[onnx: Uint8Array, name: string]> {
  const { path, bytes } = await readPersonModel();
  const name = `the pose network of ${path}`;
  return [convertPerson(bytes, name), name];
}
