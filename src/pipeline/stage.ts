import type { Milli } from '../time.ts';

/** The stages of one frame's life inside a pipeline worker, in the order of the flow. */
export const STAGES = ['decode', 'landmark', 'pose', 'render', 'encode'] as const;
export type Stage = (typeof STAGES)[number];

/** How long each stage took for one frame; a stage that did not run is absent. */
export type StageTimes = Partial<Record<Stage, Milli>>;

/** Why a camera frame did not become an avatar frame of its own. */
export type DropReason =
  /** A newer camera frame was already there. */
  | 'superseded'
  /** More coded frames were waiting than the slot's bound; the decoder starts over at a keyframe. */
  | 'overflow'
  /** The decoder refused it, or waits for a keyframe. */
  | 'undecodable'
  /** A stage threw; the avatar held its last pose instead. */
  | 'failed'
  /** It came when no identity was ready to be drawn, or the worker was not there. */
  | 'unready'
  /** The camera is faster than the highest rate of avatar frames. */
  | 'over-rate'
  /** The session's level draws every second frame. */
  | 'half-rate'
  /** The session's level holds the picture. */
  | 'hold';

/** What an avatar frame was made from. */
export type FrameSource =
  /** A camera frame with a face in it. */
  | 'driven'
  /** A camera frame without a face, or a short gap: the last pose, or its continuation. */
  | 'held'
  /** No face for a while, or no camera: natural idle motion. */
  | 'idle';
