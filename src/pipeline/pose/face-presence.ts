import type { Milli } from '../../time.ts';

/** Whether a face drives the avatar. */
export type FacePresence =
  /** Nobody has been seen, or not for long: the avatar idles. */
  | { readonly state: 'idle' }
  | { readonly state: 'driven'; readonly seen: Milli }
  /** Just lost: the last pose is held, as a person would for a moment. */
  | { readonly state: 'held'; readonly seen: Milli };

export const NOBODY: FacePresence = { state: 'idle' };

/** A face that is gone for less than this blinked out behind a hand or a late frame. */
export const HOLD: Milli = 500;

/** @param face whether a face is seen now. */
export function nextPresence(presence: FacePresence, face: boolean, now: Milli): FacePresence {
  if (face) return { state: 'driven', seen: now };
  if (presence.state === 'idle') return presence;
  return now - presence.seen < HOLD ? { state: 'held', seen: presence.seen } : NOBODY;
}
