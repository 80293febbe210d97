import { UnderstudyError } from '../errors.ts';
import type { CapacityEstimate } from './capacity-estimate.ts';
import { CLOSE_CODES, errorCodeSchema, type SignalingErrorCode } from './protocol.ts';

/** What an error code means to whoever writes a client; docs/signaling.md shows it as a table. */
interface RefusalMeaning {
  readonly meaning: string;
  readonly remedy: string;
  /**
   * `always`: the connection is closed after it. `sometimes`: where the message says `fatal`,
   * which it does for every error before `joined`.
   */
  readonly fatal: 'always' | 'sometimes';
  /** With what the connection is closed when it is. */
  readonly close: (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
}

export const REFUSALS: Readonly<Record<SignalingErrorCode, RefusalMeaning>> = {
  malformed_json: {
    meaning: 'The message is not JSON.',
    remedy: 'Send one JSON object in one text frame.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  binary_message: {
    meaning: 'A binary frame came.',
    remedy: 'Send text frames.',
    fatal: 'always',
    close: CLOSE_CODES.binaryMessage,
  },
  invalid_message: {
    meaning: 'The JSON is not one of the messages below; the sentence names the field.',
    remedy: 'Correct the field. Unknown fields are refused too.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  wrong_version: {
    meaning: 'The server does not speak this version; the sentence says which ones it does.',
    remedy: 'Update whichever is older.',
    fatal: 'always',
    close: CLOSE_CODES.policy,
  },
  message_too_large: {
    meaning: 'The message is longer than the limit.',
    remedy: 'Nothing that this protocol needs is: look for a mistake.',
    fatal: 'always',
    close: CLOSE_CODES.messageTooLarge,
  },
  not_joined: {
    meaning: 'This message is for participants.',
    remedy: 'Send `join` and wait for `joined`.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  already_joined: {
    meaning: 'This connection has joined already.',
    remedy: 'Open another connection for another place.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  unknown_room: {
    meaning: 'The server has a fixed list of rooms, and this is not one of them.',
    remedy: 'Join another room.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  unknown_identity: {
    meaning: 'There is no such identity (any more).',
    remedy: 'Choose one of `GET /api/identities`.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  identity_deleted: {
    meaning: 'The identity in use was deleted.',
    remedy:
      'Not fatal: wait for `identity-changed`, which says who you are now. Fatal: join again as another one.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  identity_failed: {
    meaning:
      'The identity could not be made ready, or broke the pipeline too often. Not fatal: the one before stays.',
    remedy: 'Choose another, or try again later.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  room_full: {
    meaning: 'The room has no place left.',
    remedy: 'Try again later or join another room.',
    fatal: 'sometimes',
    close: CLOSE_CODES.tryAgainLater,
  },
  server_full: {
    meaning: 'The server has no place left.',
    remedy: 'Try again later, waiting longer each time.',
    fatal: 'always',
    close: CLOSE_CODES.tryAgainLater,
  },
  over_capacity: {
    meaning:
      'One session more would make frames of those already here late; `estimate` says how full it is.',
    remedy: 'Try again later, waiting longer each time, or on another server.',
    fatal: 'always',
    close: CLOSE_CODES.tryAgainLater,
  },
  server_draining: {
    meaning: 'The server is going away and takes nobody in.',
    remedy: 'Connect again in a few seconds.',
    fatal: 'always',
    close: CLOSE_CODES.tryAgainLater,
  },
  candidate_flood: {
    meaning: 'Too many ICE candidates in a minute.',
    remedy: 'Send each candidate once, as the browser finds it.',
    fatal: 'always',
    close: CLOSE_CODES.policy,
  },
  message_flood: {
    meaning: 'Too many messages in a second, or too many waiting to be dealt with.',
    remedy: 'Slow down.',
    fatal: 'always',
    close: CLOSE_CODES.policy,
  },
  invalid_description: {
    meaning: 'The session description cannot be used; what was agreed before stays.',
    remedy: 'Look for the mistake in the offer or answer.',
    fatal: 'sometimes',
    close: CLOSE_CODES.policy,
  },
  negotiation_failed: {
    meaning: 'Media could not be negotiated. Fatal where the peer connection is lost.',
    remedy: 'Not fatal: offer again. Fatal: join again with a new RTCPeerConnection.',
    fatal: 'sometimes',
    close: CLOSE_CODES.internal,
  },
  idle_timeout: {
    meaning: 'Nothing was heard for too long, or no `join` came in time. The place is given up.',
    remedy: 'Ping in time; join again.',
    fatal: 'always',
    close: CLOSE_CODES.policy,
  },
  replaced: {
    meaning: 'Another connection took this place with its resume token.',
    remedy: 'Do not reconnect.',
    fatal: 'always',
    close: CLOSE_CODES.replaced,
  },
  internal: {
    meaning: 'The server failed; the fault is logged there.',
    remedy: 'Not fatal: try again. Fatal: join again.',
    fatal: 'sometimes',
    close: CLOSE_CODES.internal,
  },
};

/** A refusal on its way to a client: the message is for that client alone, and never logged. */
export class Refusal extends UnderstudyError<SignalingErrorCode> {
  readonly request: string | undefined;
  readonly estimate: CapacityEstimate | undefined;

  constructor(
    code: SignalingErrorCode,
    message: string,
    detail: {
      request?: string | undefined;
      estimate?: CapacityEstimate | undefined;
      value?: unknown;
      valid?: unknown;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, detail);
    this.name = 'Refusal';
    this.request = detail.request;
    this.estimate = detail.estimate;
  }
}

/**
 * Whatever was thrown, as a refusal: an error with one of the protocol's codes keeps code and
 * sentence; anything else becomes `fallback` with a sentence that tells nothing about the inside.
 */
export function toRefusal(
  error: unknown,
  fallback: { code: SignalingErrorCode; message: string },
  request?: string,
): Refusal {
  if (error instanceof Refusal && (request === undefined || error.request === request)) {
    return error;
  }
  if (error instanceof UnderstudyError) {
    const code = errorCodeSchema.safeParse(error.code);
    if (code.success) return new Refusal(code.data, error.message, { request, cause: error });
  }
  return new Refusal(fallback.code, fallback.message, { request, cause: error });
}
