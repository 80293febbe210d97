import type { Milli } from '../../time.ts';
import { FrameCosts } from './frame-costs.ts';
import { UncountedWork } from './uncounted-work.ts';

/** The load is that of about the last second. */
const MEMORY: Milli = 1_000;
/** One session climbs, and its load is seen, before the next does. */
const BETWEEN_CLIMBS: Milli = 1_000;

/**
 * What a session's level says to those that share its worker. `spare`: it draws every frame, and with more effort
 * than that takes. `pressed`: others keep it from drawing every frame in time, although it draws with the
 * least effort. `returning`: it leaves frames out, and soon need not. `content`: none of these.
 */
export type Standing = 'spare' | 'content' | 'returning' | 'pressed';

/** Who has said nothing for so long draws nothing: a camera that is off neither has anything to spare nor is pressed. */
const STANDING_MEMORY: Milli = 1_000;

interface Share {
  /** Busy time, older parts of it fading. */
  busy: Milli;
  at: Milli;
}

/** How busy each session keeps its worker, which is one thread; who has more than others; whose turn it is to ask for more. */
export class WorkerLoad {
  readonly #shares = new Map<string, Share>();
  readonly #standings = new Map<
    string,
    { readonly session: string; readonly standing: Standing; readonly at: Milli }
  >();
  /** What frames cost lately, whoever drew them: all that is known of those that a newcomer will draw. */
  readonly costs = new FrameCosts();
  readonly uncounted = new UncountedWork();
  #changes = 0;
  #climbed: Milli = Number.NEGATIVE_INFINITY;

  worked(session: string, cost: Milli, now: Milli): void {
    const share = this.#shares.get(session) ?? { busy: 0, at: now };
    this.#shares.set(session, { busy: faded(share, now) + cost, at: now });
  }

  /** 0 idle … 1 always busy, and beyond while more is asked than can be done. */
  of(session: string, now: Milli): number {
    const share = this.#shares.get(session);
    return share ? faded(share, now) / MEMORY : 0;
  }

  total(now: Milli): number {
    let total = 0;
    for (const session of this.#shares.keys()) total += this.of(session, now);
    return total;
  }

  leave(session: string): void {
    this.#shares.delete(session);
    this.#standings.delete(session);
  }

  /** Grows with each change of a level: how long any session waits for its turn is another from then on. */
  get changes(): number {
    return this.#changes;
  }

  /** A session's frames take more or less from now on, and it counts at once for what they will. */
  changed(session: string, load: number, now: Milli): void {
    this.#shares.set(session, { busy: load * MEMORY, at: now });
    this.#changes++;
  }

  stand(session: string, standing: Standing, now: Milli): void {
    this.#standings.set(session, { session, standing, at: now });
  }

  /** Whether a session other than this one has one of these standings. */
  othersStand(session: string, standings: readonly Standing[], now: Milli): boolean {
    for (const other of this.#standings.values())
      if (
        other.session !== session &&
        standings.includes(other.standing) &&
        now - other.at < STANDING_MEMORY
      )
        return true;
    return false;
  }

  /** @returns whether the session that asks may climb; then no other may for a moment. */
  mayClimb(now: Milli): boolean {
    if (now - this.#climbed < BETWEEN_CLIMBS) return false;
    this.#climbed = now;
    return true;
  }
}

function faded({ busy, at }: Share, now: Milli): Milli {
  return busy * Math.exp(-(now - at) / MEMORY);
}
