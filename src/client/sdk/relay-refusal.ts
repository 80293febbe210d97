import { ClientError } from './client-error.ts';

/** What a browser tells of an ICE server: see W3C WebRTC §4.8.1.1. */
interface IceServerError {
  readonly url: string;
  /** The server's STUN error (300–699), or {@link UNREACHABLE}. */
  readonly errorCode: number;
  readonly errorText: string;
}

const UNREACHABLE = 701;

/** Why a TURN server gives no relay, for a person; undefined where the server is none. */
export function relayRefusal({
  url,
  errorCode,
  errorText,
}: IceServerError): ClientError | undefined {
  if (!/^turns?:/.test(url)) return undefined;
  const sentence =
    errorCode === UNREACHABLE
      ? `The relay ${url} cannot be reached.`
      : `The relay ${url} refuses this call: ${errorCode}${errorText && `, ${errorText}`}.`;
  return new ClientError('no_relay', sentence, { value: { url, errorCode } });
}

/** Where only relays may be used and the server has none. */
export function relayMissing(): ClientError {
  return new ClientError(
    'no_relay',
    'Media may only go through a relay, and the server names none.',
  );
}
