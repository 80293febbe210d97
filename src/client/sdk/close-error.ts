import { ClientError } from './client-error.ts';
import type { CloseReason } from './connection.ts';

/**
 * Why a session closed, as an error; null when it was left on purpose.
 * @param noRelay what kept media from going through a relay, where something did
 */
export function closeError(reason: CloseReason, noRelay?: ClientError): ClientError | null {
  switch (reason.code) {
    case 'left':
      return null;
    case 'unreachable':
      return new ClientError('unreachable', 'The server cannot be reached.');
    case 'media_failed':
      return new ClientError(
        'media_failed',
        noRelay
          ? `The server answers, but no media gets through. ${noRelay.message}`
          : 'The server answers, but no media gets through; a firewall may be blocking UDP.',
        { cause: noRelay },
      );
    case 'connection_lost':
      return new ClientError(
        'connection_lost',
        'The connection was lost and could not be restored.',
        { cause: noRelay },
      );
    case 'refused':
      return new ClientError(reason.refusal, reason.message, { value: reason.estimate });
  }
}
