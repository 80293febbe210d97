import type { Milli } from '../../time.ts';
import type { FaceLandmarks } from '../landmark/landmarks.ts';
import type { AvatarFrame, Picture, Px } from '../picture.ts';
import type { Pose } from '../pose/pose.ts';

/** One example of an identity: a square, upright picture and the face in it. */
export interface Example {
  readonly picture: Picture;
  readonly landmarks: FaceLandmarks;
  /** SHA-256 of the picture file it was made from, where there is one: what is derived may be kept under it. */
  readonly pictureHash?: string;
}

/** What draws where nobody says otherwise. */
export const DEFAULT_ENGINE = 'few-shot-vid2vid';

/** Identities are made of one to this many examples. */
export const MAX_EXAMPLES = 8;

/**
 * Waits for something that is not this thread, which is others' meanwhile.
 * @param own how much of the thread it took all the same, asked when it is over.
 */
export type Elsewhere = <T>(wait: () => Promise<T>, own: () => Milli) => Promise<T>;

export interface RendererOptions {
  /** Side of the square output, even. */
  readonly size: Px;
  /** Draw the visible mark that says the picture is synthetic. */
  readonly mark: boolean;
  /** How to wait for a device; left out, nobody else wants the thread. */
  readonly elsewhere?: Elsewhere;
}

/**
 * How much work one frame may cost, dearest first:
 * - `full`: all that the engine has;
 * - `small`: its smaller network;
 * - `between`: no network; the last output of one is warped to this frame's pose by the temporal buffer;
 * - `warp`: no network and nothing that remembers one.
 */
export const RENDER_EFFORTS = ['full', 'small', 'between', 'warp'] as const;
export type RenderEffort = (typeof RENDER_EFFORTS)[number];

/**
 * One identity being rendered for one session: owns the temporal buffer and every per-session
 * allocation. Calls must not overlap.
 */
export interface Renderer {
  /**
   * Frames that were drawn with less than the engine can, because something in it failed; counted
   * since it was opened.
   */
  readonly degraded: number;
  /**
   * The efforts it can draw with, which decide the levels that its session can fall to; `full` is
   * always among them. Left out: `full` alone.
   */
  readonly efforts?: readonly RenderEffort[];
  /**
   * Draws the identity in a pose. The frame's planes are valid until the next call.
   * @param effort one of {@link efforts}, chosen anew for each frame; `full` where left out.
   * @throws UnderstudyError `render_failed`; the renderer stays usable.
   */
  render(pose: Pose, effort?: RenderEffort): Promise<AvatarFrame>;
  /**
   * Draws a frame for which no pose came in time: the motion goes on for one frame, then holds.
   * @param held the pose to draw where there is no past to go on from.
   * @throws UnderstudyError `render_failed`; the renderer stays usable.
   */
  fill(held: Pose): Promise<AvatarFrame>;
  /** Forgets the past (scene cut, identity's pose jumped). */
  reset(): void;
  close(): void;
}

/**
 * A rendering method behind one contract. Enrolment is done once, on another thread than rendering:
 * what it returns is plain data (it is cloned between threads) and can be cached.
 */
export interface Engine<Enrolled = unknown> {
  readonly name: string;
  /**
   * Holds the pixels of its identities, and those of sessions while they are drawn. An engine on another
   * thread enrols for this one when it is opened with the same memory: nothing of it is copied between them.
   */
  readonly memory: WebAssembly.Memory;
  /**
   * Examples → everything identity-specific, ready to render from.
   * The caller owns it and discards it, here or on the thread that it was handed to.
   * @throws UnderstudyError `enrol_no_examples`, `enrol_bad_example`, `enrol_failed`, `render_memory_full`.
   */
  enrol(examples: readonly Example[]): Promise<Enrolled>;
  /** The identity's neutral pose: what a retargeter moves. */
  neutral(enrolled: Enrolled): Pose;
  /** Memory the enrolled identity holds, for the cache's byte budget. */
  bytes(enrolled: Enrolled): number;
  /**
   * Makes an identity ready to be drawn for one session. Called beside live sessions: it holds their
   * frames up by less than one of them takes.
   * @throws UnderstudyError `render_size_invalid`, `render_memory_full`, ModelError.
   */
  open(enrolled: Enrolled, options: RendererOptions): Promise<Renderer>;
  /** Frees an identity, and what opening it has made beside its renderers, which must be closed before. Once. */
  discard(enrolled: Enrolled): Promise<void>;
  /** Frees what the engine itself holds. Identities must be discarded before. */
  close(): Promise<void>;
}
