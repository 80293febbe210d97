import type { Milli } from '../../../time.ts';

/** On the meter's 0…1 scale (60 dB): −33 dBFS, above breathing and keyboards, below speech. */
const SPEAKING_LEVEL = 0.45;
/** Pauses between words are shorter than this; without it the ring would flicker. */
const HANG_MS: Milli = 500;

export interface Speaking {
  readonly speaking: boolean;
  readonly loudAt: Milli;
}

export const SILENT: Speaking = Object.freeze({
  speaking: false,
  loudAt: Number.NEGATIVE_INFINITY,
});

/** Whether someone speaks, from how loud they are at `now`. @param level 0…1 */
export function hear(before: Speaking, level: number, now: Milli): Speaking {
  const loudAt = level >= SPEAKING_LEVEL ? now : before.loudAt;
  return { speaking: now - loudAt < HANG_MS, loudAt };
}
