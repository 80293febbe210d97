import type { Milli } from '../../time.ts';

/** How a STUN request is sent: a number is how often it is repeated. */
type RequestOptions =
  | {
      readonly retransmissions?: number;
      readonly responseTimeout?: Milli;
      readonly signal?: AbortSignal;
    }
  | number
  | undefined;

/**
 * Consent checks are 4–6 s apart, and each calls off the one before (RFC 7675 §5.1): as long as that,
 * its answer counts.
 */
const CONSENT_PATIENCE: Milli = 4_000;

/**
 * Gives a consent check, which is sent once, the time that RFC 7675 gives it: werift waits for half a
 * second where the path was quick before. A path or a machine that slows down for half a minute would end the call.
 */
export function patientRequest<Options extends RequestOptions>(options: Options): Options {
  if (typeof options !== 'object' || options.retransmissions !== 0) return options;
  const responseTimeout = Math.max(options.responseTimeout ?? 0, CONSENT_PATIENCE);
  return { ...options, responseTimeout };
}
