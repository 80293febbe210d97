import type { CapacityEstimate } from '../../signaling/capacity-estimate.ts';
import type { SignalingErrorCode } from '../../signaling/protocol.ts';
import type { Milli } from '../../time.ts';
import { backoff } from './backoff.ts';

/** From the socket's opening to the server's `joined`; a server loading models answers later than a ready one. */
const OPEN_TIMEOUT_MS: Milli = 10_000;
/** The server tells those who wait in line their place every five seconds; three times that is silence. */
const QUEUE_SILENCE_MS: Milli = 15_000;
/** From `joined` to connected media: ICE with TURN over TCP takes a few seconds at worst. */
const MEDIA_TIMEOUT_MS: Milli = 15_000;
/** ICE calls a few lost consent checks `disconnected`; most such gaps mend themselves (RFC 7675 §5.1). */
const INTERRUPTION_GRACE_MS: Milli = 2_000;
/** An ICE restart that has not connected by then goes over a signaling path that is dead too. */
const RESTART_TIMEOUT_MS: Milli = 6_000;

type Media =
  | { readonly kind: 'connecting'; readonly deadline: Milli }
  | { readonly kind: 'connected' }
  | { readonly kind: 'interrupted'; readonly deadline: Milli }
  | { readonly kind: 'restarting'; readonly deadline: Milli };

export type CloseReason =
  | { readonly code: 'left' }
  | { readonly code: 'unreachable' }
  | { readonly code: 'media_failed' }
  /** Was connected once, and could not be brought back in the time allowed. */
  | { readonly code: 'connection_lost' }
  | {
      readonly code: 'refused';
      readonly refusal: SignalingErrorCode;
      readonly message: string;
      /** With `over_capacity`: how full the server is. */
      readonly estimate?: CapacityEstimate | undefined;
    };

/** `lostAt` is when the present outage began; null while there is none. */
export type Connection =
  | {
      readonly phase: 'opening';
      readonly attempt: number;
      readonly lostAt: Milli | null;
      readonly deadline: Milli;
    }
  | {
      readonly phase: 'joined';
      readonly attempt: number;
      readonly lostAt: Milli | null;
      readonly media: Media;
    }
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      readonly lostAt: Milli;
      readonly retryAt: Milli;
    }
  | { readonly phase: 'closed'; readonly reason: CloseReason };

export type ConnectionInput =
  | { readonly type: 'tick' }
  | { readonly type: 'socket-closed' }
  | { readonly type: 'joined' }
  /** There is no place yet: the server keeps us in line. */
  | { readonly type: 'queued' }
  /** The server refuses, and closes the socket after it. */
  | {
      readonly type: 'refused';
      readonly refusal: SignalingErrorCode;
      readonly message: string;
      readonly estimate?: CapacityEstimate | undefined;
    }
  | { readonly type: 'media'; readonly state: 'connected' | 'disconnected' | 'failed' }
  | { readonly type: 'online' }
  | { readonly type: 'leave' };

export type ConnectionEffect =
  | { readonly do: 'open-socket' }
  | { readonly do: 'close-socket' }
  | { readonly do: 'start-media' }
  | { readonly do: 'restart-ice' }
  | { readonly do: 'announce-reconnecting' }
  | { readonly do: 'announce-reconnected'; readonly outage: Milli }
  | { readonly do: 'end'; readonly reason: CloseReason };

interface Step {
  readonly state: Connection;
  readonly effects: readonly ConnectionEffect[];
}

/** Refusals that a later attempt may not meet again; every other one ends the session. */
const PASSING_REFUSALS: ReadonlySet<SignalingErrorCode> = new Set([
  'room_full',
  'server_full',
  'over_capacity',
  'server_draining',
  'idle_timeout',
  'message_flood',
  'candidate_flood',
  'negotiation_failed',
  'internal',
]);

/** The first attempt, made at `now`; its one effect is to open the socket. */
export function connect(now: Milli): Step {
  return open(0, null, now);
}

/**
 * What a session does next when something happens to its connection: a pure transition.
 * The first attempt fails for good; after a first success everything that may pass is tried again,
 * with `backoff`, until `giveUpAfter` has gone by since the outage began.
 * @param random in [0, 1), spreads the retries
 */
export function advance(
  state: Connection,
  input: ConnectionInput,
  now: Milli,
  random: number,
  giveUpAfter: Milli,
): Step {
  if (state.phase === 'closed') return { state, effects: [] };
  if (input.type === 'leave') return end({ code: 'left' });
  switch (state.phase) {
    case 'opening':
      return advanceOpening(state, input, now, random, giveUpAfter);
    case 'joined':
      return advanceJoined(state, input, now, random);
    case 'waiting':
      return advanceWaiting(state, input, now, giveUpAfter);
  }
}

/** When `advance` next wants a `tick`; null when only an event can change anything. */
export function nextDeadline(state: Connection): Milli | null {
  switch (state.phase) {
    case 'opening':
      return state.deadline;
    case 'joined':
      return state.media.kind === 'connected' ? null : state.media.deadline;
    case 'waiting':
      return state.retryAt;
    case 'closed':
      return null;
  }
}

function advanceOpening(
  state: Connection & { phase: 'opening' },
  input: ConnectionInput,
  now: Milli,
  random: number,
  giveUpAfter: Milli,
): Step {
  const { attempt, lostAt } = state;
  switch (input.type) {
    case 'joined': {
      const media: Media = { kind: 'connecting', deadline: now + MEDIA_TIMEOUT_MS };
      // A resumed place has new media at the server's end, too.
      return {
        state: { phase: 'joined', attempt, lostAt, media },
        effects: [{ do: 'start-media' }],
      };
    }
    case 'queued':
      return { state: { ...state, deadline: now + QUEUE_SILENCE_MS }, effects: [] };
    case 'refused':
      if (lostAt === null || !PASSING_REFUSALS.has(input.refusal)) return end(refused(input));
      return retry(attempt, lostAt, now, random);
    case 'tick':
      if (now < state.deadline) return { state, effects: [] };
      return failed();
    case 'socket-closed':
      return failed();
    default:
      return { state, effects: [] };
  }

  function failed(): Step {
    if (lostAt === null) return end({ code: 'unreachable' });
    if (now - lostAt >= giveUpAfter) return end({ code: 'connection_lost' });
    return retry(attempt, lostAt, now, random);
  }
}

function advanceJoined(
  state: Connection & { phase: 'joined' },
  input: ConnectionInput,
  now: Milli,
  random: number,
): Step {
  const { media, attempt, lostAt } = state;
  const isFirst = media.kind === 'connecting' && lostAt === null;
  switch (input.type) {
    case 'media':
      if (input.state === 'connected') {
        const effects: ConnectionEffect[] =
          lostAt === null ? [] : [{ do: 'announce-reconnected', outage: now - lostAt }];
        const connected: Media = { kind: 'connected' };
        return { state: { phase: 'joined', attempt: 0, lostAt: null, media: connected }, effects };
      }
      if (input.state === 'disconnected') {
        if (media.kind !== 'connected') return { state, effects: [] };
        const interrupted: Media = { kind: 'interrupted', deadline: now + INTERRUPTION_GRACE_MS };
        return { state: { ...state, media: interrupted }, effects: [] };
      }
      return media.kind === 'connected' || media.kind === 'interrupted' ? restartIce() : giveUp();
    case 'tick':
      if (media.kind === 'connected' || now < media.deadline) return { state, effects: [] };
      return media.kind === 'interrupted' ? restartIce() : giveUp();
    case 'socket-closed':
      return isFirst ? end({ code: 'unreachable' }) : lose();
    case 'refused':
      return isFirst || !PASSING_REFUSALS.has(input.refusal) ? end(refused(input)) : lose();
    default:
      return { state, effects: [] };
  }

  function restartIce(): Step {
    const restarting: Media = { kind: 'restarting', deadline: now + RESTART_TIMEOUT_MS };
    return {
      state: { ...state, lostAt: lostAt ?? now, media: restarting },
      effects: [...announcement(lostAt), { do: 'restart-ice' }],
    };
  }

  function giveUp(): Step {
    return isFirst ? end({ code: 'media_failed' }) : lose();
  }

  function lose(): Step {
    const next = retry(attempt, lostAt ?? now, now, random);
    return { state: next.state, effects: [...announcement(lostAt), ...next.effects] };
  }
}

function advanceWaiting(
  state: Connection & { phase: 'waiting' },
  input: ConnectionInput,
  now: Milli,
  giveUpAfter: Milli,
): Step {
  if (now - state.lostAt >= giveUpAfter) return end({ code: 'connection_lost' });
  const due = input.type === 'online' || (input.type === 'tick' && now >= state.retryAt);
  return due ? open(state.attempt, state.lostAt, now) : { state, effects: [] };
}

function open(attempt: number, lostAt: Milli | null, now: Milli): Step {
  return {
    state: { phase: 'opening', attempt, lostAt, deadline: now + OPEN_TIMEOUT_MS },
    effects: [{ do: 'open-socket' }],
  };
}

function retry(attempt: number, lostAt: Milli, now: Milli, random: number): Step {
  const next = attempt + 1;
  return {
    state: { phase: 'waiting', attempt: next, lostAt, retryAt: now + backoff(next, random) },
    effects: [{ do: 'close-socket' }],
  };
}

function announcement(lostAt: Milli | null): readonly ConnectionEffect[] {
  return lostAt === null ? [{ do: 'announce-reconnecting' }] : [];
}

function refused(input: ConnectionInput & { type: 'refused' }): CloseReason {
  const { refusal, message, estimate } = input;
  return { code: 'refused', refusal, message, ...(estimate && { estimate }) };
}

function end(reason: CloseReason): Step {
  return { state: { phase: 'closed', reason }, effects: [{ do: 'end', reason }] };
}
