import { UnderstudyError } from '../../src/errors.ts';
import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { WorkerLoad } from '../../src/pipeline/budget/worker-load.ts';
import type { Codecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import { FACE_MESH_POINTS, type FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { AvatarFrame, CameraFrame, Px } from '../../src/pipeline/picture.ts';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import type { PosePlayer, ReenactmentStages } from '../../src/pipeline/reenactment-stages.ts';
import type { Renderer } from '../../src/pipeline/render/engine.ts';
import type { Clock, Milli } from '../../src/time.ts';
import { isTransform, TRANSFORMS, type Transform, transformed } from './transform.ts';

/** Landmarks and a pose with a picture in their pockets: in the product neither can carry one. */
type Carrying<T> = T & { readonly picture?: CameraFrame };

const NO_POINTS = new Float32Array(0);

const NEUTRAL: Pose = {
  points: NO_POINTS,
  head: { yaw: 0, pitch: 0, roll: 0, x: 0.5, y: 0.5, scale: 1 },
  expression: {
    mouthOpen: 0,
    mouthWide: 0,
    smile: 0,
    blinkRight: 0,
    blinkLeft: 0,
    gazeX: 0,
    gazeY: 0,
    browRaise: 0,
  },
};

/**
 * The stages of a worker whose sessions hand the camera's own picture on, transformed: to compare
 * the transport and the pipeline with those of others that do no more. The session loop and the
 * codecs are the product's. What the product's types forbid is done here by cheating them: the picture
 * travels inside what the stages between are handed. An identity's name is a transform's.
 */
export function transformStages(
  codecs: Pick<Codecs, 'createDecoder' | 'createEncoder'>,
  time: { readonly clock: Clock; readonly cpuTime: () => Milli },
): ReenactmentStages {
  return {
    ...time,
    turns: new FrameTurns(),
    load: new WorkerLoad(),
    createDecoder: (codec) => codecs.createDecoder(codec),
    createEncoder: (options) => codecs.createEncoder(options),
    createTracker: () => TRACKER,
    createPosePlayer: () => PLAYER,
    openIdentity: async (id, { size }) => {
      if (!isTransform(id)) {
        throw new UnderstudyError('unknown_identity', `No transform is called ${id}.`, {
          value: id,
          valid: TRANSFORMS,
        });
      }
      return {
        id,
        neutral: NEUTRAL,
        renderer: new TransformRenderer(id, size),
        close: () => undefined,
      };
    },
  };
}

const TRACKER: FaceTracker = {
  track: async (picture): Promise<Carrying<FaceLandmarks>> => ({
    points: NO_POINTS,
    count: FACE_MESH_POINTS,
    presence: 1,
    pictureWidth: picture.width,
    pictureHeight: picture.height,
    picture,
  }),
  reset: () => undefined,
};

const PLAYER: PosePlayer = {
  drive: (landmarks: Carrying<FaceLandmarks> | undefined) => {
    const pose: Carrying<Pose> = landmarks?.picture
      ? { ...NEUTRAL, picture: landmarks.picture }
      : NEUTRAL;
    return { pose, source: 'driven', sceneCut: false };
  },
  fill: () => ({ pose: NEUTRAL, source: 'held' }),
  memory: undefined,
  recall: () => undefined,
  setNeutral: () => undefined,
  setMotion: () => undefined,
};

class TransformRenderer implements Renderer {
  readonly degraded = 0;
  readonly #transform: Transform;
  #last: AvatarFrame;

  constructor(transform: Transform, size: Px) {
    this.#transform = transform;
    this.#last = greyFrame(size);
  }

  async render(pose: Carrying<Pose>): Promise<AvatarFrame> {
    if (pose.picture) this.#last = transformed(pose.picture, this.#transform);
    return this.#last;
  }

  async fill(): Promise<AvatarFrame> {
    return this.#last;
  }

  reset(): void {
    // There is no past but the last frame, which stays what is shown.
  }

  close(): void {
    // The frames are garbage collected.
  }
}

function greyFrame(size: Px): AvatarFrame {
  const plane = (side: Px) => new Uint8Array(side * side).fill(128);
  return { width: size, height: size, y: plane(size), u: plane(size / 2), v: plane(size / 2) };
}
