import type { MotionMode } from '../signaling/protocol.ts';
import type { AvatarState, LevelReason, QualityLevel } from '../signaling/session-stats.ts';
import type { Milli } from '../time.ts';
import type { SessionCost } from './budget/capacity-model.ts';
import type { WorkerCpu } from './budget/uncounted-work.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import type { Px } from './picture.ts';
import type { DriverMemory } from './pose/driver-calibration.ts';
import type { Device } from './render/device/device-choice.ts';
import type { DropReason, FrameSource, StageTimes } from './stage.ts';
import type { BitsPerSecond } from './transmit/video-encoder.ts';

/**
 * What the main process and a pipeline worker say to each other over the fork's channel
 * (structured clone). Only compressed frames cross: a pixel never leaves the worker.
 */

export type SessionId = string;

/** Everything a worker needs to bring a session up, again too after another worker died. */
export interface SessionSettings {
  readonly identity: string;
  readonly motion: MotionMode;
  readonly smoothing: number;
  readonly size: Px;
  readonly fps: number;
  /** From a camera frame's completeness at the server to its avatar frame. */
  readonly frameBudget: Milli;
  readonly mark: boolean;
  /** One encoder runs for each codec that some watcher negotiated. */
  readonly outputs: readonly VideoCodec[];
  readonly bitrate: BitsPerSecond;
  /** Copy the counter stamped into the camera onto the avatar, to measure glass-to-glass latency. */
  readonly stamp: boolean;
  /** The camera is muted: the avatar idles. */
  readonly paused: boolean;
  /** Another worker still draws the session: nothing is drawn before the first camera frame. */
  readonly standby: boolean;
  /** A worker died while frames of it were under way: it is told when they are worked on, so that nobody else is blamed. */
  readonly suspect: boolean;
}

/** What of a session's motion changes; what is absent or undefined stays as it is. */
export interface MotionChange {
  readonly motion?: MotionMode | undefined;
  readonly smoothing?: number | undefined;
  /** Take the driver's next frame as the neutral one. */
  readonly recalibrate?: boolean | undefined;
}

/** The settings of a session after a change of its motion. */
export function withMotion(
  settings: SessionSettings,
  { motion = settings.motion, smoothing = settings.smoothing }: MotionChange,
): SessionSettings {
  return { ...settings, motion, smoothing };
}

/** What a worker needs to start. */
export interface WorkerSetup {
  readonly dataFolder: string;
  readonly modelsFolder: string;
  readonly faceModel?: string;
  readonly codecs: 'auto' | 'native' | 'wasm';
  readonly engine: string;
  /** What networks of the engine run on; the processor where left out. */
  readonly device?: Device;
  readonly identityCacheBytes: number;
  /** Side of the pictures that a device is made ready for at the start; without it, with the first call. */
  readonly warmSize?: Px;
  /** Made ready at the start: who steps in at once where an identity is deleted in mid-call. */
  readonly warmIdentity?: string;
}

/** What a worker runs on, for the start line, /readyz and `doctor`. */
export interface WorkerReport {
  readonly codecBackend: string;
  readonly codecs: readonly VideoCodec[];
  readonly faceModel: string;
  readonly engine: string;
  readonly device: string;
}

/** How busy a worker is, and what it holds: comes with each pong. */
export interface WorkerLoadReport {
  /** 0 idle … 1 always busy. */
  readonly busy: number;
  readonly sessions: readonly {
    readonly session: SessionId;
    /** At the lowest level that draws every frame; undefined before it was measured. */
    readonly cost: SessionCost | undefined;
  }[];
  /** What each camera frame takes beside its stages; undefined before that was measured. */
  readonly uncounted: WorkerCpu | undefined;
  /** Identities in its memory. */
  readonly identities: readonly string[];
  /** Resident memory of the process. */
  readonly memoryBytes: number;
}

/** One coded camera frame; `frame` names it in the worker's answers. */
export interface CodedCameraFrame {
  readonly frame: number;
  readonly codec: VideoCodec;
  readonly data: Uint8Array;
  readonly keyframe: boolean;
  /** When it was complete at the server, on the machine's clock. */
  readonly receivedAt: Milli;
}

export interface CodedAvatarFrame {
  readonly codec: VideoCodec;
  readonly data: Uint8Array;
  readonly keyframe: boolean;
}

export interface RenderedFrame {
  /** The camera frame it answers, or null for one that the avatar made of itself. */
  readonly frame: number | null;
  readonly source: FrameSource;
  readonly identity: string;
  readonly outputs: readonly CodedAvatarFrame[];
  readonly stages: StageTimes;
  /** At which level it was drawn, and why at that one. */
  readonly level: QualityLevel;
  readonly levelReason: LevelReason;
  /** The network's answer was unusable: the plain warp is shown, whatever the level says. */
  readonly degraded: boolean;
}

export interface WireError {
  readonly code: string;
  readonly message: string;
}

export type ToWorker =
  | { readonly type: 'setup'; readonly setup: WorkerSetup }
  | { readonly type: 'open'; readonly session: SessionId; readonly settings: SessionSettings }
  | { readonly type: 'frame'; readonly session: SessionId; readonly frame: CodedCameraFrame }
  | {
      readonly type: 'identity';
      readonly session: SessionId;
      readonly identity: string;
      readonly request: number;
    }
  | ({ readonly type: 'motion'; readonly session: SessionId } & MotionChange)
  | {
      readonly type: 'outputs';
      readonly session: SessionId;
      readonly codecs: readonly VideoCodec[];
    }
  | { readonly type: 'keyframe'; readonly session: SessionId; readonly codec: VideoCodec }
  | { readonly type: 'bitrate'; readonly session: SessionId; readonly bitrate: BitsPerSecond }
  | { readonly type: 'pause'; readonly session: SessionId; readonly paused: boolean }
  /** Say what was learnt of the driver: answered by `memory` where there is something. */
  | { readonly type: 'recall'; readonly session: SessionId }
  | { readonly type: 'memory'; readonly session: SessionId; readonly memory: DriverMemory }
  | { readonly type: 'close'; readonly session: SessionId }
  /** The identity was deleted: no further frame of it may be made. */
  | { readonly type: 'forget'; readonly identity: string }
  /** Measure what a session with these settings costs here; before there is any. */
  | { readonly type: 'calibrate'; readonly settings: SessionSettings }
  | { readonly type: 'ping'; readonly at: Milli };

export type FromWorker =
  | { readonly type: 'ready'; readonly report: WorkerReport }
  | { readonly type: 'unusable'; readonly error: WireError }
  | { readonly type: 'opened'; readonly session: SessionId }
  | { readonly type: 'open-failed'; readonly session: SessionId; readonly error: WireError }
  | { readonly type: 'rendered'; readonly session: SessionId; readonly rendered: RenderedFrame }
  | {
      readonly type: 'dropped';
      readonly session: SessionId;
      readonly reason: DropReason;
      readonly count: number;
    }
  | { readonly type: 'avatar'; readonly session: SessionId; readonly state: AvatarState }
  | { readonly type: 'need-keyframe'; readonly session: SessionId }
  /** Of a suspect session: it has its turn from now on, or no more. */
  | { readonly type: 'working'; readonly session: SessionId; readonly working: boolean }
  | { readonly type: 'memory'; readonly session: SessionId; readonly memory: DriverMemory }
  | {
      readonly type: 'identity-switched';
      readonly session: SessionId;
      readonly request: number;
      readonly error?: WireError;
    }
  /** The engine's device failed: what it drew is drawn by the processor from now on. */
  | { readonly type: 'device-lost'; readonly error: WireError }
  | { readonly type: 'calibrated'; readonly cost: SessionCost }
  | { readonly type: 'calibration-failed'; readonly error: WireError }
  | { readonly type: 'pong'; readonly at: Milli; readonly load: WorkerLoadReport };
