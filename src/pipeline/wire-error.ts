import { UnderstudyError } from '../errors.ts';
import type { WireError } from './worker-protocol.ts';

/** What of an error may cross a worker's channel: its code and sentence; the rest stays in its log. */
export function wireError(cause: unknown): WireError {
  if (cause instanceof UnderstudyError) return { code: cause.code, message: cause.message };
  return { code: 'internal', message: cause instanceof Error ? cause.message : String(cause) };
}
