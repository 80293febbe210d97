import { UnderstudyError } from '../../errors.ts';
import type { VideoCodec } from './video-decoder.ts';

export type DecodeErrorCode = 'decode_corrupt' | 'decode_too_large' | 'decode_closed';

/** Everything that a {@link VideoDecoder} throws. */
export class DecodeError extends UnderstudyError<DecodeErrorCode> {
  constructor(
    code: DecodeErrorCode,
    codec: VideoCodec,
    problem: string,
    detail: { value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(code, `${codec}: ${problem}`, detail);
    this.name = 'DecodeError';
  }
}
