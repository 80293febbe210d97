import { UnderstudyError } from '../../errors.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';

export type EncodeErrorCode = 'encode_failed' | 'encode_size_mismatch' | 'encode_closed';

/** Everything that a {@link VideoEncoder} throws. */
export class EncodeError extends UnderstudyError<EncodeErrorCode> {
  constructor(
    code: EncodeErrorCode,
    codec: VideoCodec,
    problem: string,
    detail: { value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(code, `${codec}: ${problem}`, detail);
    this.name = 'EncodeError';
  }
}
