import { POSE_CHANNELS } from './pose-map.ts';

/** Planes of bytes that a frame brings along: the pose's map, the one before, what the examples leave. */
export const MAP_CHANNELS = 2 * POSE_CHANNELS.length + 1;
/** Planes of numbers: the mesh's flow to the picture before, its displacement. */
export const MOTION_CHANNELS = 4;
/**
 * What a graph judges its own picture by: how far the answer goes of what it may (`ANSWER_LIMITS`), at the farthest and
 * on average, and how far the picture is from the warp's. Without the network the last alone.
 */
export const FRAME_CHECKS = ['farthest', 'mean', 'distance'] as const;

/**
 * What a frame's graph takes; N frames in one run, whose windows have one size. Pictures are planes of
 * bytes, Y, U, V one after another, before the mark is drawn.
 */
export const FRAME_INPUTS = Object.freeze({
  /** (N, picture): the warp's pictures. */
  warp: 'warp',
  /** (slots, picture): outputs that were kept. */
  kept: 'kept',
  /** (N): which of them is each frame's previous output. */
  from: 'from',
  /** (N, 1): 1 where there is none, and the warp's picture stands for it. */
  fresh: 'fresh',
  /** (slots from now on): which picture each slot is to hold, of those that were kept, then of those drawn. */
  keep: 'keep',
  /** (N, 1, 1, 2): left and top of each window, in cells of the field. */
  corner: 'corner',
  /** (1, 1, 1, 2): 2 over the width and the height of all windows. */
  scale: 'scale',
  /** (2): rows and columns of all windows, and of the luma in them. */
  cells: 'cells',
  fineCells: 'fine cells',
  /** (N, {@link MAP_CHANNELS}, rows, columns) bytes, 255 for 1. */
  maps: 'maps',
  /** (N, {@link MOTION_CHANNELS}, rows, columns), in sides; the displacement in quarters of one. */
  motion: 'motion',
});

export const FRAME_OUTPUTS = Object.freeze({
  /** (N, picture) bytes. */
  picture: 'picture',
  /** (slots from now on, picture) bytes: the next run's `kept`. */
  kept: 'kept.next',
  /** (N, {@link FRAME_CHECKS}). */
  checks: 'checks',
  /** The network's own answer, for whoever compares devices. */
  residual: 'residual',
});
