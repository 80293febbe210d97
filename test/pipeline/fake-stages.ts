import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { WorkerLoad } from '../../src/pipeline/budget/worker-load.ts';
import type { VideoCodec, VideoDecoder } from '../../src/pipeline/decode/video-decoder.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';
import type { DriverMemory } from '../../src/pipeline/pose/driver-calibration.ts';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import type { ReenactmentStages } from '../../src/pipeline/reenactment-stages.ts';
import type { RenderEffort } from '../../src/pipeline/render/engine.ts';
import type { VideoEncoder } from '../../src/pipeline/transmit/video-encoder.ts';
import type { SessionSettings } from '../../src/pipeline/worker-protocol.ts';

const SIZE = 16;
/** The luma of every pixel of the driver's camera: whatever leaves with it is a leak. */
const DRIVER_LUMA = 201;
/** The luma of the identities' pixels. */
export const IDENTITY_LUMA: Record<string, number> = { marlow: 60, vesper: 90 };

export const settings: SessionSettings = {
  identity: 'marlow',
  motion: 'relative',
  smoothing: 0.5,
  size: SIZE,
  fps: 30,
  frameBudget: 1_000 / 30,
  mark: true,
  outputs: ['vp8'],
  bitrate: 1_000_000,
  stamp: false,
  paused: false,
  standby: false,
  suspect: false,
};

const pose: Pose = {
  points: new Float32Array(478 * 3),
  head: { yaw: 0, pitch: 0, roll: 0, x: 0.5, y: 0.5, scale: 0.4 },
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

const plane = (luma: number, pixels: number) => new Uint8Array(pixels).fill(luma);

/**
 * A hand-written pipeline: the coded bytes of a frame say what the stages make of it
 * (`[kind]`: see {@link Kind}); encoders hand out the drawn luma plane itself, so that a test can
 * look at every pixel that would be sent.
 */
export type Kind = 'face' | 'faceless' | 'corrupt';
const KINDS: Kind[] = ['face', 'faceless', 'corrupt'];
export const codedBytes = (kind: Kind) => new Uint8Array([KINDS.indexOf(kind)]);

export class FakeStages implements ReenactmentStages {
  now = 0;
  /** What breaks when reached; without the network a frame is drawn all the same, and counted. */
  readonly broken = new Set<'landmark' | 'network' | 'render' | 'encode' | 'identity'>();
  /** Work to do while a stage is under way, once. */
  during: { stage: 'landmark' | 'render' | 'encode'; work: () => void } | undefined;
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  decoders = 0;
  encoders = 0;
  /** What pose players have learnt, and what they were told that others had. */
  memory: DriverMemory | undefined;
  readonly recalled: DriverMemory[] = [];
  trackerResets = 0;
  /** Resolves `openIdentity` by hand when set. */
  gate: Promise<void> | undefined;

  readonly turns = new FrameTurns();
  readonly load = new WorkerLoad();
  /** What drawing costs, by effort; and the efforts there are. */
  cost: Partial<Record<RenderEffort, number>> = {};
  efforts: readonly RenderEffort[] = ['full'];
  readonly drawnWith: RenderEffort[] = [];

  readonly clock = () => this.now;
  readonly cpuTime = () => this.now;

  createDecoder(codec: VideoCodec): VideoDecoder {
    this.decoders++;
    return {
      codec,
      backend: 'fake',
      decode: async (data) => {
        const kind = KINDS[data[0] ?? 0];
        if (kind === 'corrupt') throw new Error('corrupt');
        return cameraFrame(kind === 'face');
      },
      close: () => {
        this.decoders--;
      },
    };
  }

  createEncoder({ codec }: { codec: VideoCodec }): VideoEncoder {
    this.encoders++;
    let first = true;
    return {
      codec,
      backend: 'fake',
      encode: async (frame, _at, { keyframe }) => {
        if (this.broken.has('encode')) throw new Error('encode');
        this.#meanwhile('encode');
        const isKeyframe = keyframe || first;
        first = false;
        return { data: Uint8Array.from(frame.y), keyframe: isKeyframe };
      },
      setBitrate: () => undefined,
      close: () => {
        this.encoders--;
      },
    };
  }

  createTracker() {
    return {
      track: async (frame: CameraFrame): Promise<FaceLandmarks | undefined> => {
        this.#meanwhile('landmark');
        if (this.broken.has('landmark')) throw new Error('landmark');
        if (frame.fullRange) return undefined;
        return {
          points: new Float32Array(478 * 3),
          count: 478,
          presence: 1,
          pictureWidth: SIZE,
          pictureHeight: SIZE,
        };
      },
      reset: () => {
        this.trackerResets++;
      },
    };
  }

  createPosePlayer() {
    let lastFace = Number.NEGATIVE_INFINITY;
    return {
      drive: (face: FaceLandmarks | undefined, now: number) => {
        if (face) lastFace = now;
        return {
          pose,
          source: face ? 'driven' : this.#absent(now - lastFace),
          sceneCut: false,
        } as const;
      },
      fill: (now: number) => ({ pose, source: this.#absent(now - lastFace) }),
      memory: this.memory,
      recall: (memory: DriverMemory) => this.recalled.push(memory),
      setNeutral: () => undefined,
      setMotion: () => undefined,
    };
  }

  async openIdentity(id: string) {
    await this.gate;
    if (this.broken.has('identity')) throw new Error('identity');
    this.opened.push(id);
    let open = true;
    let degraded = 0;
    const { efforts } = this;
    const render = async (_: Pose, effort: RenderEffort = 'full'): Promise<AvatarFrame> => {
      this.#meanwhile('render');
      this.drawnWith.push(effort);
      this.now += this.cost[effort] ?? 0;
      if (!open) throw new Error('drawn after it was closed');
      if (this.broken.has('render')) throw new Error('render');
      if (this.broken.has('network')) degraded++;
      const luma = IDENTITY_LUMA[id] ?? 0;
      const chroma = plane(128, (SIZE * SIZE) / 4);
      return { width: SIZE, height: SIZE, y: plane(luma, SIZE * SIZE), u: chroma, v: chroma };
    };
    return {
      id,
      neutral: pose,
      renderer: {
        efforts,
        get degraded() {
          return degraded;
        },
        render,
        fill: (held: Pose) => render(held),
        reset: () => undefined,
        close: () => undefined,
      },
      close: () => {
        open = false;
        this.closed.push(id);
      },
    };
  }

  #absent(gap: number) {
    return gap < 500 ? ('held' as const) : ('idle' as const);
  }

  #meanwhile(stage: 'landmark' | 'render' | 'encode') {
    if (this.during?.stage !== stage) return;
    const { work } = this.during;
    this.during = undefined;
    work();
  }
}

/** A camera frame of the driver; the fake tracker sees a face unless it is marked faceless (full range). */
function cameraFrame(face: boolean): CameraFrame {
  return {
    width: SIZE,
    height: SIZE,
    y: plane(DRIVER_LUMA, SIZE * SIZE),
    u: plane(DRIVER_LUMA, (SIZE * SIZE) / 4),
    v: plane(DRIVER_LUMA, (SIZE * SIZE) / 4),
    strideY: SIZE,
    strideUv: SIZE / 2,
    fullRange: !face,
    rotation: 0,
  };
}
