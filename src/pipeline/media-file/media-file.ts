import { UnderstudyError } from '../../errors.ts';
import type { Milli } from '../../time.ts';
import type { AvatarFrame, CameraFrame, Px } from '../picture.ts';

export type MediaFileErrorCode =
  | 'media_not_found'
  | 'media_unsupported'
  | 'media_corrupt'
  | 'media_no_video'
  | 'media_too_large'
  | 'media_write_failed';

/** What is wrong with a video file, in a sentence for whoever named it. */
export class MediaFileError extends UnderstudyError<MediaFileErrorCode> {
  constructor(
    code: MediaFileErrorCode,
    message: string,
    detail: { value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(code, message, detail);
    this.name = 'MediaFileError';
  }
}

/** Pictures beyond DCI 4K are refused: nothing after this stage gains from them. */
export const MAX_MEDIA_PIXELS = 4096 * 2304;

/** What the picture's file says to whoever looks for it. */
export const SYNTHETIC_COMMENT = 'Synthetic picture: rendered by Understudy, not a recording.';

export interface MediaInfo {
  /** As stored; `rotation` is still to be applied for display. */
  readonly width: Px;
  readonly height: Px;
  readonly rotation: CameraFrame['rotation'];
  /** On average: frames may come at any distance. */
  readonly fps: number;
  readonly duration: Milli;
  /** As the file says, or estimated from duration and rate. */
  readonly frames: number;
  /** FFmpeg's name of the video codec. */
  readonly codec: string;
  readonly audio: boolean;
}

/** One picture of a file. The receiver owns the frame. */
export interface MediaFrame {
  readonly frame: CameraFrame;
  /** From the start of the file; strictly increasing, at any distance. */
  readonly at: Milli;
}

/** An open video file. Holds a few frames of memory however long the file. */
export interface MediaReader {
  readonly info: MediaInfo;
  /** Frames that did not decode so far; they are left out. */
  readonly damaged: number;
  /**
   * All frames in order of presentation; to be iterated once.
   * @throws MediaFileError `media_corrupt` where not one frame decodes.
   */
  frames(): AsyncIterable<MediaFrame>;
  close(): void;
}

export interface MediaWriterOptions {
  readonly width: Px;
  readonly height: Px;
  /** Nominal: frames may be written at any distance. */
  readonly fps: number;
  /** File whose audio is copied untouched, in step with the pictures of the same file. */
  readonly audioFrom?: string;
}

/**
 * A video file being written. It appears under its name only when finished, and the same input
 * makes the same bytes. Calls must not overlap.
 */
export interface MediaWriter {
  /** @throws MediaFileError `media_write_failed`; EncodeError `encode_size_mismatch`. */
  write(frame: AvatarFrame, at: Milli): Promise<void>;
  /** Writes what is held back, the audio's rest and the index. @throws MediaFileError. */
  finish(): Promise<void>;
  /** Leaves nothing behind; after `finish` it does nothing. */
  abort(): Promise<void>;
}
