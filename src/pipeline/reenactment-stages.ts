import type { AvatarState } from '../signaling/session-stats.ts';
import type { Clock, Milli } from '../time.ts';
import type { FrameTurns } from './budget/frame-turns.ts';
import type { WorkerLoad } from './budget/worker-load.ts';
import type { VideoCodec, VideoDecoder } from './decode/video-decoder.ts';
import type { FaceTracker } from './landmark/face-tracker.ts';
import type { DriverMemory } from './pose/driver-calibration.ts';
import type { Pose } from './pose/pose.ts';
import type { Elsewhere } from './render/engine.ts';
import type { DropReason, FrameSource, Stage } from './stage.ts';
import type { VideoEncoder, VideoEncoderOptions } from './transmit/video-encoder.ts';
import type { OpenIdentity } from './wardrobe.ts';
import type { MotionChange, RenderedFrame, SessionSettings } from './worker-protocol.ts';

/** What the face of a session does when driven, and when nobody drives it. */
export interface PosePlayer {
  /** @param landmarks undefined where the camera frame shows no face. */
  drive(
    landmarks: Awaited<ReturnType<FaceTracker['track']>>,
    now: Milli,
  ): { pose: Pose; source: FrameSource; sceneCut: boolean };
  /** No camera frame is there: continues the motion, holds, then idles. */
  fill(now: Milli): { pose: Pose; source: FrameSource };
  /** What was learnt of the driver, to go on with in another worker; undefined before anything was. */
  readonly memory: DriverMemory | undefined;
  recall(memory: DriverMemory): void;
  setNeutral(neutral: Pose): void;
  setMotion(change: MotionChange): void;
}

/** The stages a session runs, handed in so that tests can put their own in each place. */
export interface ReenactmentStages {
  /** The machine's: it also says when camera frames were received. */
  readonly clock: Clock;
  /** Processor time of the worker's thread so far: what work takes when nothing else is in its way. */
  readonly cpuTime: () => Milli;
  /** Shared by the sessions of one worker. */
  readonly turns: FrameTurns;
  readonly load: WorkerLoad;
  createDecoder(codec: VideoCodec): VideoDecoder | Promise<VideoDecoder>;
  createEncoder(options: VideoEncoderOptions): VideoEncoder | Promise<VideoEncoder>;
  createTracker(): FaceTracker;
  createPosePlayer(neutral: Pose, settings: SessionSettings): PosePlayer;
  /**
   * @param elsewhere how its renderer waits for a device.
   * @throws UnderstudyError `unknown_identity`, `identity_failed`.
   */
  openIdentity(
    identity: string,
    settings: SessionSettings,
    elsewhere?: Elsewhere,
  ): Promise<OpenIdentity>;
}

/** What a session tells whoever runs it. */
export interface ReenactmentEvents {
  rendered(frame: RenderedFrame): void;
  dropped(reason: DropReason, count: number): void;
  avatar(state: AvatarState): void;
  needKeyframe(): void;
  /** It has its turn from now on, or no more; told of a suspect session alone. */
  working(working: boolean): void;
  /** {@link Reenactment.deadline} may have changed. */
  scheduled(): void;
  /** Something broke that the session survives: for the log, never for a peer. */
  fault(stage: Stage, cause: unknown): void;
}
