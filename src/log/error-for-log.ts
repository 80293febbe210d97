/** An error as it may stand in a log. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Causes of causes beyond this tell nothing more, and may run in a circle. */
const MAX_CAUSES = 4;

/**
 * What an error says without what it was about: our sentences, and those of most libraries, put
 * the offending value between quotation marks, and that value may be a name, an identity or a
 * piece of a session description. So everything quoted is cut out, and every line of SDP.
 */
export function errorForLog(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: withoutValues(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    message: withoutValues(error.message),
    ...(frames !== undefined && { stack: frames.join('\n') }),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: errorForLog(error.cause, depth + 1) }),
  };
}

function withoutValues(message: string): string {
  return message
    .replace(/^[a-z]=.*$/gm, '…')
    .replace(/candidate:.*$/gm, '…')
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '…');
}
