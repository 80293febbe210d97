import { UnderstudyError } from '../../../errors.ts';

export type PictureFileErrorCode = 'picture_too_large' | 'picture_unsupported' | 'picture_corrupt';

/** A picture file that is not taken; the message can be shown to whoever sent it. */
export class PictureFileError extends UnderstudyError<PictureFileErrorCode> {
  constructor(
    code: PictureFileErrorCode,
    message: string,
    detail: { value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(code, message, detail);
    this.name = 'PictureFileError';
  }
}
