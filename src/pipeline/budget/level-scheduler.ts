import type { LevelReason, QualityLevel } from '../../signaling/session-stats.ts';
import type { Milli } from '../../time.ts';
import type { Forecast } from './frame-costs.ts';
import { drawsAll, type Rung } from './quality-level.ts';
import type { Standing } from './worker-load.ts';

/** No level lasts less: a change that is not seen for a second is seen as flicker. */
export const MIN_DWELL: Milli = 1_000;
/** The step above must have fitted for so long before it is taken. */
export const CLIMB_AFTER: Milli = 2_000;
/** A climb that lasts less than this was a mistake: the next waits twice as long, at most a minute. */
const RELAPSE: Milli = 10_000;
export const LONGEST_CLIMB_AFTER: Milli = 60_000;
/** Share of the allowance that the step above may take: what is just met is not met for long. */
const HEADROOM = 0.8;
/** The same for the step from which on every frame is drawn: half of the frames are worth more than that much certainty. */
const WHOLE_HEADROOM = 0.9;
/** Share of the worker's time, after the climb: past it, queues grow with every stutter. */
const MOST_LOAD = 0.85;
/**
 * Where every frame is drawn, more than this of the worker's time is more than it has: what no stage counts
 * takes the rest. Frames would then be overtaken by newer ones, unseen by the latency of those that are drawn.
 */
const OVERLOAD = 0.95;

export interface LevelView {
  readonly now: Milli;
  /** Dearest first; at least one. */
  readonly ladder: readonly Rung[];
  readonly budget: Milli;
  forecast(rung: Rung): Forecast;
  /** Of the worker's time, 0 idle … 1 busy: what its other sessions take, and what this one would at a rung. */
  readonly othersLoad: number;
  ownLoad(rung: Rung): number;
  /** Whether one of the others is pressed; is that, or about to return; has to spare: see {@link Standing}. */
  readonly othersPressed: boolean;
  readonly othersWant: boolean;
  readonly othersSpare: boolean;
  /** Asked last of all: whether it is this session's turn to climb. */
  mayClimb(): boolean;
}

/**
 * What a frame takes of its allowance. Where every frame is drawn, in a bad case: few may be late. Where frames are
 * left out already, as a rule: some that are late are seen as less than a picture that stands.
 */
function costAt({ forecast }: LevelView, rung: Rung): { own: Milli; wait: Milli } {
  const { own, wait, mean, usualWait } = forecast(rung);
  return drawsAll(rung) ? { own, wait } : { own: mean * rung.every, wait: usualWait };
}

const loadAt = ({ othersLoad, ownLoad }: LevelView, rung: Rung): number =>
  othersLoad + ownLoad(rung);
/** Whether every frame could be drawn with less effort than at the rung with that index. */
const hasSpare = (ladder: readonly Rung[], index: number): boolean =>
  ladder.slice(index + 1).some(drawsAll);
const overtakesItself = (rung: Rung, { ownLoad }: LevelView): boolean => ownLoad(rung) > OVERLOAD;

/** To drawing every frame again, or to more effort: that the one did not last is no reason to wait with the other. */
type Climb = 'returning' | 'effort';

/**
 * Chooses how much is drawn of one session, before each frame, from what each level would cost: falls
 * as soon as the present level does not fit its allowance (the budget, times the camera frames that
 * one drawn frame stands for) or the worker's time, and climbs one step after the one above has fitted for a
 * while. Nobody leaves frames out while another session of the worker draws with more effort than it must.
 */
export class LevelScheduler {
  #level: QualityLevel = 'full';
  #reason: LevelReason = 'within-budget';
  #since: Milli = Number.NEGATIVE_INFINITY;
  #climbed: Milli = Number.NEGATIVE_INFINITY;
  #fittingSince: Milli | undefined;
  readonly #patience: Record<Climb, Milli> = { returning: CLIMB_AFTER, effort: CLIMB_AFTER };
  #lastClimb: Climb = 'effort';
  /** In trouble that those who have to spare are about to take away. */
  #patient = false;
  #standing: Standing = 'content';
  #begun = false;

  get level(): QualityLevel {
    return this.#level;
  }

  get reason(): LevelReason {
    return this.#reason;
  }

  /** As of the last choice. */
  get standing(): Standing {
    return this.#standing;
  }

  /**
   * The rung of a session that has drawn too little to tell its costs, by what others' frames cost: it takes no
   * more than it could climb to beside them, and nobody leaves frames out because somebody joined.
   */
  begin(view: LevelView): Rung {
    const { ladder, now, othersLoad } = view;
    if (!this.#begun && othersLoad > 0) {
      const whole = ladder.filter(drawsAll);
      const fits = (rung: Rung): boolean =>
        !this.#trouble(ladder.indexOf(rung), view) && loadAt(view, rung) <= MOST_LOAD;
      const rung = whole.find(fits) ?? whole.at(-1)!;
      if (rung !== ladder[0]) {
        this.#reason = 'shared-load';
        this.#enter(rung, now);
      }
    }
    this.#begun = true;
    const rung = ladder[this.#indexIn(ladder)]!;
    this.#standing = this.#standingAt(rung, view);
    return rung;
  }

  choose(view: LevelView): Rung {
    const rung = this.#next(view);
    this.#standing = this.#standingAt(rung, view);
    return rung;
  }

  #next(view: LevelView): Rung {
    const { now, ladder } = view;
    const index = this.#indexIn(ladder);
    const lasting = this.#since === this.#climbed && now - this.#climbed >= RELAPSE;
    if (lasting) this.#patience[this.#lastClimb] = CLIMB_AFTER;
    const present = ladder[index]!;
    if (now - this.#since < MIN_DWELL) return present;
    this.#patient = false;
    const trouble = this.#trouble(index, view);
    if (trouble) return this.#fall(index, trouble, view);
    return this.#climb(index, view);
  }

  /** The ladder may be another one than before: an identity of another kind is worn. */
  #indexIn(ladder: readonly Rung[]): number {
    const index = ladder.findIndex(({ level }) => level === this.#level);
    if (index >= 0) return index;
    this.#level = ladder[0]!.level;
    return 0;
  }

  #standingAt(rung: Rung, { ladder }: LevelView): Standing {
    if (hasSpare(ladder, ladder.indexOf(rung))) return 'spare';
    if (this.#patient) return 'pressed';
    if (drawsAll(rung) || this.#reason === 'own-cost') return 'content';
    return this.#reason === 'recovering' ? 'returning' : 'pressed';
  }

  #trouble(index: number, view: LevelView): LevelReason | undefined {
    const { ladder, budget } = view;
    const rung = ladder[index]!;
    const { own, wait } = costAt(view, rung);
    const allowance = budget * rung.every;
    if (own > allowance || overtakesItself(rung, view)) return 'own-cost';
    if (own + wait > allowance) return 'shared-load';
    if (drawsAll(rung) && loadAt(view, rung) > OVERLOAD) return 'shared-load';
    return view.othersPressed && hasSpare(ladder, index) ? 'shared-load' : undefined;
  }

  #fall(index: number, reason: LevelReason, view: LevelView): Rung {
    const { ladder, budget, now } = view;
    const present = ladder[index]!;
    this.#fittingSince = undefined;
    this.#reason = reason;
    this.#patient = reason === 'shared-load' && drawsAll(present) && view.othersSpare;
    // A stutter makes everything look too dear: the picture stands only if leaving frames out has not helped.
    const below = ladder.slice(index + 1);
    const lowest = below.findIndex((rung) => !drawsAll(rung));
    const lower = below.slice(0, lowest + 1).filter((rung) => !this.#patient || drawsAll(rung));
    const load = loadAt(view, present);
    // How long others keep it waiting at a lower level is not known before: then any relief will do.
    const next = lower.find((rung) =>
      reason === 'own-cost'
        ? costAt(view, rung).own <= budget * rung.every && !overtakesItself(rung, view)
        : loadAt(view, rung) < load,
    );
    const rung = next ?? lower.at(-1);
    if (!rung) return present;
    if (now - this.#climbed < RELAPSE) {
      const patience = this.#patience[this.#lastClimb];
      this.#patience[this.#lastClimb] = Math.min(LONGEST_CLIMB_AFTER, 2 * patience);
    }
    return this.#enter(rung, now);
  }

  #climb(index: number, view: LevelView): Rung {
    const { ladder, now, budget } = view;
    const [present, above] = [ladder[index]!, ladder[index - 1]];
    if (!above) {
      this.#reason = 'within-budget';
      return present;
    }
    const { own, wait } = costAt(view, above);
    const returns = drawsAll(above) && !drawsAll(present);
    const room = (returns ? WHOLE_HEADROOM : HEADROOM) * budget * above.every;
    const alone = own <= room && view.ownLoad(above) <= MOST_LOAD;
    const fits = alone && own + wait <= room && loadAt(view, above) <= MOST_LOAD;
    if (!fits || (drawsAll(present) && view.othersWant)) {
      this.#fittingSince = undefined;
      this.#reason = alone ? 'shared-load' : 'own-cost';
      return present;
    }
    this.#fittingSince ??= now;
    this.#reason = 'recovering';
    const climb: Climb = returns ? 'returning' : 'effort';
    if (now - this.#fittingSince < this.#patience[climb] || !view.mayClimb()) return present;
    this.#fittingSince = undefined;
    this.#climbed = now;
    this.#lastClimb = climb;
    if (index === 1) this.#reason = 'within-budget';
    return this.#enter(above, now);
  }

  #enter(rung: Rung, now: Milli): Rung {
    this.#level = rung.level;
    this.#since = now;
    return rung;
  }
}
