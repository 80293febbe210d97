import type { Clock, Milli } from '../time.ts';
import { type Admission, overCapacity } from './admission.ts';
import type { Link } from './link.ts';
import { Refusal } from './refusal.ts';

/** Those who wait are told their place when it changes, and at least this often, so that they know the line lives. */
const TELL_EVERY: Milli = 5_000;
/** Calls from which it is known how long they last here. */
const MAX_STAYS = 32;

export interface WaitingLineOptions {
  /** Undefined: everybody is let in. */
  readonly admission: Admission | undefined;
  /** How many may wait; 0: nobody does, they are refused. */
  readonly length: number;
  /** How long one may wait. */
  readonly patience: Milli;
  readonly clock: Clock;
}

interface Newcomer {
  readonly participant: string;
  readonly identity: string;
  readonly link: Link;
  /** So often its client has to ping, also while it waits. */
  readonly pingIntervalMs: Milli;
}

interface Waiting extends Newcomer {
  readonly since: Milli;
  told: { readonly place: number; readonly at: Milli } | undefined;
  admit(outcome: 'admitted' | 'gone'): void;
  refuse(refusal: Refusal): void;
}

/**
 * Lets in whom the machine can carry, in the order they came; the others wait in line, or are
 * refused. Bounded in length and time.
 */
export class WaitingLine {
  readonly #options: WaitingLineOptions;
  #line: Waiting[] = [];
  #stays: Milli[] = [];

  constructor(options: WaitingLineOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#line.length;
  }

  /**
   * Resolves when a place is kept for the participant, or its connection has gone meanwhile.
   * @throws Refusal `over_capacity`
   */
  async enter(newcomer: Newcomer): Promise<'admitted' | 'gone'> {
    const { participant, identity } = newcomer;
    const { admission, length, clock } = this.#options;
    if (!admission) return 'admitted';
    const verdict = this.#line.length === 0 ? admission.reserve(participant, identity) : undefined;
    if (verdict?.fits) return 'admitted';
    if (this.#line.length >= length) {
      // Asked anew where others wait: what would be reserved is theirs, and cannot be.
      const full = verdict ?? admission.reserve(participant, identity);
      if (!full.fits) throw overCapacity(full, this.#wait(1, full.estimate.sessions));
      admission.release(participant);
      throw new Refusal('over_capacity', `${length} others are waiting for a place already.`);
    }
    return new Promise((admit, refuse) => {
      const now = clock();
      this.#line.push({ ...newcomer, since: now, told: undefined, admit, refuse });
      this.tick();
    });
  }

  /** A call ended that lasted so long. */
  stayed(duration: Milli): void {
    this.#stays = [...this.#stays, duration].slice(-MAX_STAYS);
  }

  /** Lets in whom there is room for, tells the others, and sends away who has waited too long. */
  tick(): void {
    const { admission, patience, clock } = this.#options;
    const now = clock();
    this.#line = this.#line.filter((waiting) => {
      if (!waiting.link.open) waiting.admit('gone');
      return waiting.link.open;
    });
    for (let first = this.#line[0]; admission && first; first = this.#line[0]) {
      const verdict = admission.reserve(first.participant, first.identity);
      if (!verdict.fits) {
        this.#tell(verdict.estimate, now);
        this.#line = this.#line.filter((waiting) => {
          const late = now - waiting.since >= patience;
          const wait = this.#wait(1, verdict.estimate.sessions);
          if (late) waiting.refuse(overCapacity(verdict, wait));
          return !late;
        });
        return;
      }
      this.#line.shift();
      first.admit('admitted');
    }
  }

  /** Nobody is let in any more. */
  refuseAll(refusal: Refusal): void {
    for (const { refuse } of this.#line.splice(0)) refuse(refusal);
  }

  #tell(estimate: Parameters<typeof overCapacity>[0]['estimate'], now: Milli): void {
    for (const [i, waiting] of this.#line.entries()) {
      const place = i + 1;
      const { told } = waiting;
      if (told?.place === place && now - told.at < TELL_EVERY) continue;
      waiting.told = { place, at: now };
      waiting.link.send({
        type: 'queued',
        place,
        estimate: { ...estimate, waitMs: this.#wait(place, estimate.sessions) },
        pingIntervalMs: waiting.pingIntervalMs,
      });
    }
  }

  /** With calls that last so long on average, one of so many ends this often. */
  #wait(place: number, sessions: number): Milli | null {
    if (this.#stays.length === 0 || sessions === 0) return null;
    const stay = this.#stays.reduce((sum, each) => sum + each, 0) / this.#stays.length;
    return (stay / sessions) * place;
  }
}
