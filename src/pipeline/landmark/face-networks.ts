import type { Px } from '../picture.ts';
import { BLENDSHAPE_POINTS } from './blendshape-points.ts';
import type { CropFormat, CropSource } from './crop.ts';
import {
  DETECTOR_SIDE,
  decodeDetections,
  type FaceDetection,
  mergeDetections,
} from './face-detection.ts';
import { type FaceRegion, projectPoints } from './face-region.ts';
import type { FaceLandmarks } from './landmarks.ts';
import { type RefinedParts, refineMesh } from './mesh-refinement.ts';
import type { FloatTensor } from './onnx-session.ts';

/** The part of an open network that is used here; `onnx.io.ts` opens real ones. */
interface Network {
  run(feeds: Readonly<Record<string, FloatTensor>>): Promise<Record<string, FloatTensor>>;
}

/** The networks of one landmark model, shared by all its trackers. */
export interface FaceNetworks {
  /** 128² → `regressors` 896×16, `scores` 896. */
  readonly detector: Network;
  /** side² → `points` count×3 in its input's pixels, `presence` logit. */
  readonly mesh: Network;
  readonly meshSide: Px;
  readonly count: FaceLandmarks['count'];
  /** Whether `mesh` also gives the parts that {@link refineMesh} puts together. */
  readonly refined: boolean;
  /** 146×2 points → `blendshapes` 52. */
  readonly blendshapes?: Network;
  /** 256² → `mask` of the person, logits. */
  readonly person?: Network;
}

const DETECTOR_FORMAT: CropFormat = {
  side: DETECTOR_SIDE,
  black: -1,
  white: 1,
  border: 'black',
};

/** Memory for a network's input, reused from call to call by the one stream that owns it. */
export class FaceReader {
  readonly #networks: FaceNetworks;
  readonly #meshFormat: CropFormat;
  readonly #detectorInput: FloatTensor;
  readonly #meshInput: FloatTensor;

  constructor(networks: FaceNetworks) {
    this.#networks = networks;
    this.#meshFormat = { side: networks.meshSide, black: 0, white: 1, border: 'replicate' };
    this.#detectorInput = inputTensor(DETECTOR_SIDE);
    this.#meshInput = inputTensor(networks.meshSide);
  }

  /** Faces in an upright square of the source, best first. */
  async detect(source: CropSource, region: FaceRegion): Promise<FaceDetection[]> {
    source.crop(region, DETECTOR_FORMAT, this.#detectorInput.data);
    const { regressors, scores } = await this.#networks.detector.run({
      input: this.#detectorInput,
    });
    return mergeDetections(decodeDetections(regressors!.data, scores!.data, region));
  }

  /** The landmarks of the face in the region, whatever their presence; NaN counts as absent. */
  async read(source: CropSource, region: FaceRegion): Promise<FaceLandmarks> {
    const { meshSide, count, refined } = this.#networks;
    source.crop(region, this.#meshFormat, this.#meshInput.data);
    const outputs = await this.#networks.mesh.run({ input: this.#meshInput });
    const { points, presence } = outputs;
    const raw = refined ? refineMesh(points!.data, partsOf(outputs)) : points!.data;
    const projected = projectPoints(raw, region, meshSide);
    const sound = projected.every(Number.isFinite);
    const probability = 1 / (1 + Math.exp(-presence!.data[0]!));
    return {
      points: projected,
      count,
      presence: sound && probability >= 0 ? probability : 0,
      pictureWidth: source.width,
      pictureHeight: source.height,
    };
  }

  /** The face's expression coefficients, or undefined where the model has no network for them. */
  async blendshapes({ points }: FaceLandmarks): Promise<Float32Array | undefined> {
    const network = this.#networks.blendshapes;
    if (network === undefined) return undefined;
    const data = new Float32Array(2 * BLENDSHAPE_POINTS.length);
    BLENDSHAPE_POINTS.forEach((point, i) => {
      data[2 * i] = points[3 * point]!;
      data[2 * i + 1] = points[3 * point + 1]!;
    });
    const input = { dims: [1, BLENDSHAPE_POINTS.length, 2], data };
    const { blendshapes } = await network.run({ input });
    return blendshapes!.data;
  }
}

function partsOf(outputs: Record<string, FloatTensor>): RefinedParts {
  return {
    lips: outputs.lips!.data,
    leftEye: outputs.leftEye!.data,
    rightEye: outputs.rightEye!.data,
    leftIris: outputs.leftIris!.data,
    rightIris: outputs.rightIris!.data,
  };
}

function inputTensor(side: Px): FloatTensor {
  return { dims: [1, 3, side, side], data: new Float32Array(3 * side * side) };
}

/** The square that holds the whole picture, in its middle: what the detector is shown. */
export function wholePicture({ width, height }: { width: Px; height: Px }): FaceRegion {
  return { x: width / 2, y: height / 2, size: Math.max(width, height), roll: 0 };
}
