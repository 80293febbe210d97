import type { LevelReason, QualityLevel } from '../../signaling/session-stats.ts';
import type { Milli } from '../../time.ts';
import type { RenderEffort } from '../render/engine.ts';
import type { DropReason, StageTimes } from '../stage.ts';
import type { SessionCost } from './capacity-model.ts';
import { type Forecast, FrameCosts } from './frame-costs.ts';
import { LevelScheduler, type LevelView } from './level-scheduler.ts';
import { drawsAll, ladderOf, type Rung } from './quality-level.ts';
import type { WorkerLoad } from './worker-load.ts';

/** What is to be done with a camera frame, said before it is drawn. */
export type FramePlan =
  | { readonly draw: true; readonly effort: RenderEffort }
  | { readonly draw: false; readonly reason: DropReason };

interface SessionBudgetOptions {
  readonly session: string;
  readonly budget: Milli;
  /** Most frames drawn in a second. */
  readonly fps: number;
  readonly load: WorkerLoad;
}

interface Drawn {
  readonly identity: string;
  /** Undefined where the last frame was carried on, which no level asks for. */
  readonly effort: RenderEffort | undefined;
  readonly stages: StageTimes;
  /** When its camera frame was complete at the server; undefined where it answers none. */
  readonly receivedAt: Milli | undefined;
  /** How many coded frames that had piled up were decoded for it, itself among them; one where left out. */
  readonly decoded?: number | undefined;
}

/** Frames that come this share of a frame's time early are in time: cameras and networks jitter. */
const EARLY = 0.3;
/** Weight of the newest interval in the mean between two camera frames. */
const INTERVAL_GAIN = 0.05;
/** Weight of the newest turn in the share of the processor that turns get: about the last second's. */
const TURN_GAIN = 1 / 30;
/** In place of an identity's name where costs are those of all. */
const ANYBODY = '';
/** Longer gaps are pauses, not a frame rate. */
const LONGEST_INTERVAL: Milli = 200;

/** One session's frame-time budget: plans each camera frame and learns from what it cost. */
export class SessionBudget {
  readonly #options: SessionBudgetOptions;
  readonly #costs = new FrameCosts();
  readonly #levels = new LevelScheduler();
  readonly #shortest: Milli;
  #interval: Milli;
  #received: Milli | undefined;
  /** When the next frame is due at the highest rate. */
  #due: Milli = Number.NEGATIVE_INFINITY;
  /** Of the last turns together, older ones fading. */
  #wall: Milli = 0;
  #cpu: Milli = 0;
  /** By the stages of the present turn, on the clock. */
  #worked: Milli = 0;
  /** Camera frames since one was drawn, and frames drawn, at the present level. */
  #skipped = 0;
  #drawn = 0;
  /** Changes of levels in the worker when waits were last forgotten. */
  #changes = 0;

  constructor(options: SessionBudgetOptions) {
    this.#options = options;
    this.#shortest = 1_000 / options.fps;
    this.#interval = this.#shortest;
  }

  get level(): QualityLevel {
    return this.#levels.level;
  }

  get reason(): LevelReason {
    return this.#levels.reason;
  }

  /** When a frame that was complete at the server at a time must be answered. */
  deadline(receivedAt: Milli): Milli {
    return receivedAt + this.#options.budget;
  }

  /**
   * What a camera frame costs at the lowest level that draws them all, where nothing but this worker wants
   * its core: what other programs take away is gone tomorrow, and no reason to keep anybody out; nor is that
   * others' pictures were drawn with less effort then. Undefined before enough were drawn to tell.
   */
  cost(
    identity: string,
    efforts: readonly RenderEffort[] | undefined,
    now: Milli,
  ): SessionCost | undefined {
    if (!this.#costs.known) return undefined;
    const whole = ladderOf(efforts).filter(drawsAll);
    const { own, mean } = this.#costs.forecast(identity, whole.at(-1)!, now);
    const free = ownShare(this.#wall, this.#cpu);
    return { mean: mean * free, high: own * free };
  }

  /** @param efforts of the renderer that draws the identity. */
  plan(
    frame: { readonly identity: string; readonly receivedAt: Milli },
    efforts: readonly RenderEffort[] | undefined,
    now: Milli,
  ): FramePlan {
    if (!this.#inRate(frame.receivedAt)) return { draw: false, reason: 'over-rate' };
    const rung = this.#rung(frame.identity, efforts, now);
    if (++this.#skipped < rung.every) {
      return { draw: false, reason: rung.level === 'hold' ? 'hold' : 'half-rate' };
    }
    this.#skipped = 0;
    return { draw: true, effort: this.#turn(rung) };
  }

  /** With what effort a frame is drawn that answers no camera frame: somebody who is away takes nothing from those who are there. */
  effort(identity: string, efforts: readonly RenderEffort[] | undefined, now: Milli): RenderEffort {
    return this.#turn(this.#rung(identity, efforts, now));
  }

  /** Work was done that led to no frame: it counts as load. */
  worked(stages: StageTimes, now: Milli): void {
    this.#count(sum(stages), now);
  }

  drawn({ identity, effort, stages, receivedAt, decoded = 1 }: Drawn, now: Milli): void {
    const { load } = this.#options;
    const worked = sum(stages);
    const wait = receivedAt === undefined ? undefined : Math.max(0, now - receivedAt - worked);
    // Many at once are a backlog, not what one takes: who fell behind would seem too dear for ever.
    const { decode } = stages;
    const own = decode === undefined ? stages : { ...stages, decode: decode / decoded };
    this.#costs.record({ identity, effort, stages: own, wait }, now);
    load.costs.record({ identity: ANYBODY, effort, stages: own, wait }, now);
    this.#count(worked, now);
  }

  /** A turn of this session's took so long, and so much of the processor. */
  turned(wall: Milli, cpu: Milli): void {
    this.#wall += wall - this.#wall * TURN_GAIN;
    this.#cpu += cpu - this.#cpu * TURN_GAIN;
    this.#options.load.uncounted.turned(this.#worked * ownShare(wall, cpu));
    this.#worked = 0;
  }

  close(): void {
    this.#options.load.leave(this.#options.session);
  }

  #count(worked: Milli, now: Milli): void {
    this.#worked += worked;
    this.#options.load.worked(this.#options.session, worked, now);
  }

  /** Between two camera frames that are not beyond the highest rate. */
  get #drawnInterval(): Milli {
    return Math.max(this.#interval, this.#shortest);
  }

  /** Whose turn it is among the efforts of a level. */
  #turn({ turns }: Rung): RenderEffort {
    return turns[this.#drawn++ % turns.length]!;
  }

  /** The level for the next frame. */
  #rung(identity: string, efforts: readonly RenderEffort[] | undefined, now: Milli): Rung {
    const { budget, load, session } = this.#options;
    const ladder = ladderOf(efforts);
    // Whoever gave way is waited for no more: what was measured before would press this session further down.
    if (this.#changes !== load.changes) this.#forgetWaits();
    const own = this.#costs.known;
    const costs = own ? this.#costs : load.costs;
    // Before anything was measured there is nothing to choose by.
    if (!costs.known) return ladder[0]!;
    const forecasts = new Map<Rung, Forecast>();
    const forecast = (rung: Rung): Forecast => {
      const known = forecasts.get(rung) ?? costs.forecast(own ? identity : ANYBODY, rung, now);
      forecasts.set(rung, known);
      return known;
    };
    const view: LevelView = {
      now,
      ladder,
      budget,
      forecast,
      othersLoad: load.total(now) - load.of(session, now),
      ownLoad: (rung) => forecast(rung).mean / this.#drawnInterval,
      othersPressed: load.othersStand(session, ['pressed'], now),
      othersWant: load.othersStand(session, ['pressed', 'returning'], now),
      othersSpare: load.othersStand(session, ['spare'], now),
      mayClimb: () => load.mayClimb(now),
    };
    const before = this.#levels.level;
    const rung = own ? this.#levels.choose(view) : this.#levels.begin(view);
    if (rung.level !== before) this.#changeLevel(rung, view);
    load.stand(session, this.#levels.standing, now);
    return rung;
  }

  #changeLevel(rung: Rung, { ownLoad, now }: LevelView): void {
    const { load, session } = this.#options;
    load.changed(session, ownLoad(rung), now);
    this.#forgetWaits();
    this.#drawn = 0;
    // The first frame of a level is drawn: no gap is added to the change.
    this.#skipped = rung.every - 1;
  }

  #forgetWaits(): void {
    this.#costs.forgetWaits();
    this.#changes = this.#options.load.changes;
  }

  /** Spaces frames out to the highest rate, without losing any to jitter. */
  #inRate(receivedAt: Milli): boolean {
    const gap = receivedAt - (this.#received ?? receivedAt - this.#interval);
    this.#received = receivedAt;
    if (gap > 0 && gap < LONGEST_INTERVAL) this.#interval += (gap - this.#interval) * INTERVAL_GAIN;
    if (receivedAt < this.#due - EARLY * this.#shortest) return false;
    this.#due = Math.max(this.#due, receivedAt - this.#shortest) + this.#shortest;
    return true;
  }
}

/** Share of a time on the clock in which the processor did this thread's work, and not another program's. */
function ownShare(wall: Milli, cpu: Milli): number {
  return wall > 0 ? Math.min(1, cpu / wall) : 1;
}

function sum(stages: StageTimes): Milli {
  return Object.values(stages).reduce((total, cost) => total + cost, 0);
}
