import type { IceCandidate, MotionMode, Participant, SessionDescription } from './protocol.ts';
import type { AvatarState, SessionStats } from './session-stats.ts';

/** Whose media stands in a section of a description. */
export interface SectionOwner {
  readonly mid: string;
  readonly participant: string;
  readonly kind: 'audio' | 'video';
}

/** What a participant's media tells signaling. Called from the event loop, never re-entrantly. */
export interface MediaPeerEvents {
  /** A description for the client, with whose media stands in which section of it. */
  description(description: SessionDescription, tracks: readonly SectionOwner[]): void;
  /** A candidate for the client; an empty one ends the candidates. */
  candidate(candidate: IceCandidate): void;
  avatar(state: AvatarState): void;
  stats(stats: SessionStats): void;
  /** The client's negotiation cannot go on (not a single bad message: those are thrown). */
  failed(reason: unknown): void;
}

/**
 * One participant's media as signaling sees it: the seam between who may talk to whom and the
 * frames. Implemented over the transport and the pipeline workers; by a hand-written fake in tests.
 */
export interface MediaPeer {
  /** @throws UnderstudyError `invalid_description`, `negotiation_failed`. */
  acceptDescription(description: SessionDescription): Promise<void>;
  /** Candidates may come before the description they belong to: they are kept. */
  acceptCandidate(candidate: IceCandidate): Promise<void>;
  /**
   * Resolves when frames of the new identity are being sent; until then the old one goes on. A call that comes
   * before the one before it has resolved overtakes it, and that one fails.
   * @throws UnderstudyError `unknown_identity`, `identity_failed`.
   */
  switchIdentity(identity: string): Promise<void>;
  /** Absent fields stay as they are. */
  setMotion(change: {
    motion?: MotionMode | undefined;
    smoothing?: number | undefined;
    recalibrate?: boolean | undefined;
  }): void;
  setMuted(muted: Participant['muted']): void;
  /**
   * Receive a participant's avatar and voice; one's own id is the self view. Idempotent;
   * renegotiates by itself. Asked again when that participant's media was opened anew.
   */
  watch(participant: string): void;
  /** Stop receiving a participant who left for good. Idempotent. */
  unwatch(participant: string): void;
  /** No event comes after the call, and the participant's media may be opened anew at once. Idempotent. */
  close(): Promise<void>;
}

/** Makes the media of a new participant. */
export interface MediaPeerFactory {
  /**
   * @throws UnderstudyError `server_full` (with the reason in the sentence), `unknown_identity`.
   */
  open(
    join: {
      participant: string;
      identity: string;
      motion: MotionMode;
      smoothing: number;
    },
    events: MediaPeerEvents,
  ): Promise<MediaPeer>;
}
