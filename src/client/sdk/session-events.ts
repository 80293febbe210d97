import type { CapacityEstimate } from '../../signaling/capacity-estimate.ts';
import type { AvatarState, SessionStats } from '../../signaling/session-stats.ts';
import type { Milli } from '../../time.ts';
import type { BrowserStats } from './browser-stats.ts';
import type { ClientError } from './client-error.ts';
import type { LatencyLeg } from './latency.ts';

export type SessionState = 'joining' | 'live' | 'reconnecting' | 'closed';

/** Someone in the room, oneself included; a new object at each change, but with the same `stream`. */
export interface RoomParticipant {
  readonly id: string;
  readonly name: string;
  readonly identity: string;
  readonly muted: { readonly audio: boolean; readonly video: boolean };
  /** Whether this is the session's own participant, as the others see and hear it. */
  readonly self: boolean;
  /** What is seen is generated. */
  readonly synthetic: true;
  /** Avatar and voice; the same object for as long as the participant is there, while its tracks may change. */
  readonly stream: MediaStream;
}

export interface AvatarStats {
  /** The last push of the server's; null before the first. */
  readonly server: SessionStats | null;
  readonly browser: BrowserStats;
  /** Camera to screen, leg by leg; null until every leg was measured. */
  readonly latency: readonly LatencyLeg[] | null;
}

/** While the server has no time for one more: where one stands in line, 1 next. */
export interface QueuePlace {
  readonly place: number;
  readonly estimate: CapacityEstimate;
}

export interface SessionEvents {
  state: SessionState;
  /** While joining, or joining anew: one waits in line, and here. */
  queued: QueuePlace;
  'participant-joined': RoomParticipant;
  'participant-left': RoomParticipant;
  'participant-changed': RoomParticipant;
  /** What the server does with one's own face at the moment. */
  avatar: AvatarState;
  /** About once a second, together with what the browser measures. */
  stats: AvatarStats;
  /** The server's part alone, before `stats`. */
  'server-stats': SessionStats;
  'identity-changed': { readonly identity: string };
  /** The own `stream` got other track objects, after a reconnection; `sendTo` has replaced them already. */
  'tracks-changed': MediaStream;
  error: ClientError;
  /** Something odd was ignored, e.g. a message of a newer protocol. */
  warning: ClientError;
  reconnecting: { readonly since: Milli };
  reconnected: { readonly outage: Milli };
  /** Last of all events; null when it was left on purpose. */
  closed: ClientError | null;
}
