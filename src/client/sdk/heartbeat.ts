import type { Milli } from '../../time.ts';

/** A server that pushes stats every second and answers pings is gone after two of its intervals and this much. */
const GRACE_MS: Milli = 2_000;

/** Whether the signaling socket still has somebody at its other end; a dead network closes no socket. */
export interface Heartbeat {
  readonly interval: Milli;
  readonly heardAt: Milli;
  readonly pingedAt: Milli;
}

export function startHeartbeat(interval: Milli, now: Milli): Heartbeat {
  return { interval, heardAt: now, pingedAt: now };
}

/** Any message counts: only silence is a bad sign. */
export function heard(beat: Heartbeat, now: Milli): Heartbeat {
  return { ...beat, heardAt: now };
}

/** What is due at `now`, and when to ask again. */
export function pulse(
  beat: Heartbeat,
  now: Milli,
): { readonly beat: Heartbeat; readonly due: 'ping' | 'dead' | 'nothing'; readonly next: Milli } {
  const deadAt = beat.heardAt + 2 * beat.interval + GRACE_MS;
  if (now >= deadAt) return { beat, due: 'dead', next: now };
  const pingAt = beat.pingedAt + beat.interval;
  if (now < pingAt) return { beat, due: 'nothing', next: Math.min(pingAt, deadAt) };
  const pinged = { ...beat, pingedAt: now };
  return { beat: pinged, due: 'ping', next: Math.min(now + beat.interval, deadAt) };
}
