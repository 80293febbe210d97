import { UnderstudyError } from '../errors.ts';
import type { Milli } from '../time.ts';
import { MAX_STRIKES } from './strikes.ts';

/**
 * How long it is remembered that a worker died while it made an identity ready. Longer than what is remembered of
 * frames: a session that is ended is gone, but anybody may ask for an identity again at once.
 */
export const IDENTITY_MEMORY: Milli = 300_000;

/**
 * Between a worker's opening its sessions again, or making a suspect ready, and its making the next one ready: frames
 * that break workers do so within it, as soon as a camera's keyframe has come, and are told apart by that.
 */
export const TRIAL_AFTER: Milli = 3_000;
/** A worker that was not heard of for longer, though it is pinged once a second, may hang in a frame already. */
const ANSWERED_WITHIN: Milli = 1_500;

/** A suspect is made ready alone, and not at once; a refused one not at all. */
export type Standing = 'clear' | 'suspect' | 'refused';

/** What goes on in a worker, as far as it concerns whether a suspect can be tried there. */
interface TrialPlace {
  /** When it last opened a session again, or made a suspect ready, or else was ready itself; undefined while it is not. */
  readonly settledAt: Milli | undefined;
  /** When it was heard of last. */
  readonly heardAt: Milli | undefined;
  /** It makes an identity ready. */
  readonly loading: boolean;
  /** Suspects that wait to be made ready. */
  readonly held: readonly string[];
}

/**
 * How often workers died while they made an identity ready. Several are made ready at once, so that one death says
 * little; whoever was among them is made ready alone from then on, and is refused after {@link MAX_STRIKES} of them
 * within {@link IDENTITY_MEMORY}.
 */
export class IdentityStrikes {
  readonly #strikes = new Map<string, readonly Milli[]>();

  /** Identities that are remembered. */
  get size(): number {
    return this.#strikes.size;
  }

  standing(identity: string, now: Milli): Standing {
    const strikes = this.#recent(identity, now).length;
    if (strikes >= MAX_STRIKES) return 'refused';
    return strikes > 0 ? 'suspect' : 'clear';
  }

  /** A worker died while it made these ready. */
  strike(identities: Iterable<string>, now: Milli): void {
    for (const identity of new Set(identities))
      this.#strikes.set(identity, [...this.#recent(identity, now), now]);
    for (const identity of this.#strikes.keys())
      if (this.#recent(identity, now).length === 0) this.#strikes.delete(identity);
  }

  /** @returns which of the suspects that wait in a worker is made ready there now: the least suspected, alone. */
  trial({ settledAt, heardAt, loading, held }: TrialPlace, now: Milli): string | undefined {
    if (settledAt === undefined || heardAt === undefined || loading) return undefined;
    if (now - settledAt < TRIAL_AFTER || now - heardAt > ANSWERED_WITHIN) return undefined;
    const strikes = held.map((identity) => this.#recent(identity, now).length);
    return held[strikes.indexOf(Math.min(...strikes))];
  }

  /** The identity was deleted: another may come by its name. */
  forget(identity: string): void {
    this.#strikes.delete(identity);
  }

  #recent(identity: string, now: Milli): readonly Milli[] {
    return (this.#strikes.get(identity) ?? []).filter((at) => now - at < IDENTITY_MEMORY);
  }
}

/** Why an identity is not made ready. */
export function refusedIdentity(identity: string): UnderstudyError<'identity_failed'> {
  return new UnderstudyError(
    'identity_failed',
    `The pipeline broke ${MAX_STRIKES} times while it made this identity ready. Choose another, or try again in ${IDENTITY_MEMORY / 60_000} minutes.`,
    { value: identity },
  );
}
