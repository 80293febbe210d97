import type { Log } from '../log.ts';
import type { Clock, Milli } from '../time.ts';
import type { IdentityCatalogue } from './identity-catalogue.ts';
import type { MediaPeerFactory } from './media-peer.ts';
import type { IceServer, MotionMode } from './protocol.ts';
import type { RoomLimits } from './rooms.ts';
import type { WaitingLineOptions } from './waiting-line.ts';

/** What the calls of a server need, and how they are set. */
export interface ConferenceOptions {
  readonly limits: RoomLimits;
  readonly line: Omit<WaitingLineOptions, 'clock'>;
  readonly motion: MotionMode;
  readonly smoothing: number;
  /** How long the place of a broken connection is kept. */
  readonly resumeWindow: Milli;
  /** Who those become whose identity is deleted; undefined: the first built-in one. */
  readonly defaultIdentity: string | undefined;
  readonly media: MediaPeerFactory;
  readonly identities: Pick<IdentityCatalogue, 'find' | 'list'>;
  readonly iceServers: (participant: string) => IceServer[];
  /** An unguessable id that matches `^[a-z0-9-]{1,64}$`. */
  readonly randomId: () => string;
  readonly log: Log;
  readonly clock: Clock;
}

/** What `joined` adds to what the conference knows. */
export interface LinkTimes {
  readonly pingIntervalMs: Milli;
  readonly idleTimeoutMs: Milli;
}
