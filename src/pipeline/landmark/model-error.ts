import { UnderstudyError } from '../../errors.ts';

/**
 * - `model_missing`: no file where one was named.
 * - `model_invalid`: the file is not the kind of model it should be: damaged, truncated, or using
 *   what the converter does not know.
 * - `model_checksum`: whole and readable, but not the bytes that were expected.
 * - `model_failed`: the runtime could not run it.
 * - `kernel_missing`: the program's own compiled kernel is not built.
 */
export type ModelErrorCode =
  | 'model_missing'
  | 'model_invalid'
  | 'model_checksum'
  | 'model_failed'
  | 'kernel_missing';

/** A network file that cannot be used; the message names the file. */
export class ModelError extends UnderstudyError<ModelErrorCode> {
  override readonly name = 'ModelError';
}
