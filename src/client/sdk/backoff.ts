import type { Milli } from '../../time.ts';

/** The first pause is short, because most drops are a server restart or a network hand-over. */
const FIRST_PAUSE_MS: Milli = 500;
/** A person looks at a banner meanwhile: longer pauses would only keep them waiting. */
const LONGEST_PAUSE_MS: Milli = 8_000;

/**
 * How long to wait before reconnection attempt `attempt` (from 1): doubled each time, and spread over
 * its upper half so that the clients of a restarted server do not all come back at one instant.
 * @param random in [0, 1)
 */
export function backoff(attempt: number, random: number): Milli {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return ceiling * (0.5 + random / 2);
}
