import { ClientError } from './client-error.ts';
import type { CloseReason } from './connection.ts';

/** Why a session closed, as an error; null when it was left on purpose. */
export function closeError(reason: CloseReason): ClientError | null {
  switch (reason.code) {
    case 'left':
      return null;
    case 'unreachable':
      return new ClientError('unreachable', 'The server cannot be reached.');
    case 'media_failed':
      return new ClientError(
        'media_failed',
        'The server answers, but no media gets through; a firewall may be blocking UDP.',
      );
    case 'connection_lost':
      return new ClientError(
        'connection_lost',
        'The connection was lost and could not be restored.',
      );
    case 'refused':
      return new ClientError(reason.refusal, reason.message, { value: reason.estimate });
  }
}
