/**
 * The one base of every error that crosses a module boundary here.
 * `code` is a literal that programs match on; the message is a sentence that says what was wrong
 * and what to do. The offending value and the valid ones travel along, as does the cause.
 */
export class UnderstudyError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly value: unknown;
  readonly valid: unknown;

  constructor(
    code: Code,
    message: string,
    detail: { value?: unknown; valid?: unknown; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'UnderstudyError';
    this.code = code;
    this.value = detail.value;
    this.valid = detail.valid;
  }
}

/** Whether something thrown is an error of the system with this code, such as `ENOENT`. */
export function isSystemError(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
