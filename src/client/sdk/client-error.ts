import { UnderstudyError } from '../../errors.ts';
import type { SignalingErrorCode } from '../../signaling/protocol.ts';

/** What can go wrong on the client's side; refusals by the server keep the server's own code. */
export type ClientErrorCode =
  | 'invalid_option'
  | 'insecure_context'
  | 'camera_denied'
  | 'camera_missing'
  | 'camera_busy'
  | 'capture_unsupported'
  | 'capture_failed'
  | 'unreachable'
  | 'media_failed'
  | 'connection_lost'
  | 'timed_out'
  | 'superseded'
  | 'aborted'
  | 'closed'
  | 'forwarding_failed'
  | 'stats_failed'
  | 'unusable_candidate'
  | 'no_relay'
  | 'http_refused'
  | 'unknown_message'
  | SignalingErrorCode;

/** Every error that the SDK throws or emits. The message is fit to be shown to a person. */
export class ClientError extends UnderstudyError<ClientErrorCode> {
  override readonly name = 'ClientError';
}

/** Enrolment refused: which picture was at fault (from 0), when it was one, and the server's code. */
export class EnrolmentError extends UnderstudyError {
  override readonly name = 'EnrolmentError';
  readonly picture: number | undefined;

  constructor(code: string, message: string, picture?: number, cause?: unknown) {
    super(code, message, cause === undefined ? {} : { cause });
    this.picture = picture;
  }
}
