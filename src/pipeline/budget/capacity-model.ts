import type { Milli } from '../../time.ts';
import type { WorkerCpu } from './uncounted-work.ts';

/** What the stages of one camera frame take of a session's worker at the lowest level that draws each of them. */
export interface SessionCost {
  readonly mean: Milli;
  /** In a bad case. */
  readonly high: Milli;
}

/** One worker as it was last heard of. */
export interface WorkerView {
  readonly ready: boolean;
  /** In its memory: a session of one of them costs no loading. */
  readonly identities: readonly string[];
  /** Undefined for a session that was not measured yet. */
  readonly sessions: readonly (SessionCost | undefined)[];
  /** What each camera frame takes beside its stages; undefined before any was seen. */
  readonly uncounted: WorkerCpu | undefined;
}

/** All that capacity is judged by. */
export interface MachineView {
  readonly workers: readonly WorkerView[];
  readonly cores: number;
  /** Share of a core that the main process takes: signaling, RTP, SRTP. */
  readonly mainLoad: number;
}

/** What a session that is not let in is told. */
export interface CapacityEstimate {
  /** Sessions there are, and sessions there could be. */
  readonly sessions: number;
  readonly capacity: number;
  /** What a frame would take, in a bad case, with one session more; and what it may take. */
  readonly frameMs: Milli;
  readonly budgetMs: Milli;
}

export type Verdict =
  | { readonly fits: true; readonly worker: number }
  | {
      readonly fits: false;
      readonly reason: 'starting' | 'workers-full' | 'machine-full';
      readonly estimate: CapacityEstimate;
    };

/**
 * Share of a worker's time, and of all cores, that its sessions may need, their stages and what none of them counts.
 * The rest keeps queues from growing with every stutter. Levels climb up to the same share, counting the stages
 * alone: whoever is let in and leaves frames out for a moment comes back.
 */
const MOST_LOAD = 0.85;
/**
 * Share of the budget that a frame may take in a bad case: from up to there a level comes back to drawing every frame.
 * Where less is left, one stutter would have frames left out for good.
 */
const MOST_FRAME = 0.9;
/** Sessions whose frames are in a bad case at once: one's own, and the one that it waits for. More seldom are. */
const BAD_AT_ONCE = 2;
/** A worker that holds the identity is taken although it is busier than another by this share. */
const WORTH_OF_IDENTITY = 0.15;
/** What the main process takes of a core for one session while none has told: see docs/performance.md. */
const TRANSPORT_SHARE = 0.08;
/** Where nothing was measured and nothing calibrated: a third of a frame's time. */
const UNKNOWN_SHARE = 1 / 3;
/**
 * What a frame takes beside its stages, as a share of them, while no worker has told: messages, event loop and garbage
 * were 0.2 to 0.3 ms of 5 to 7 where they were measured.
 */
const UNKNOWN_UNCOUNTED = 0.04;
/** The calibrated cost counts as much as this many measured sessions. */
const CALIBRATION_WEIGHT = 1;
/** No machine is counted further. */
const MOST_SESSIONS = 1_000;

/** What one worker is asked for, with all that no stage counts. */
interface WorkerDemand {
  readonly costs: readonly SessionCost[];
  /** What one more would take of it. */
  readonly next: SessionCost;
  /** Of other threads than the one that draws, a frame. */
  readonly otherThreads: Milli;
}

/**
 * Says whether one more session can be carried without making the frames of those already there
 * late, and where. Knows what a session costs from the calibration of this machine, and from the
 * sessions that run.
 */
export class CapacityModel {
  readonly #interval: Milli;
  readonly #budget: Milli;
  #calibrated: SessionCost | undefined;

  /** @param fps highest rate of frames. */
  constructor({ fps, budget }: { fps: number; budget: Milli }) {
    this.#interval = 1_000 / fps;
    this.#budget = budget;
  }

  calibrate(cost: SessionCost): void {
    this.#calibrated = cost;
  }

  /** What the stages of the next session's frames are expected to cost. */
  expected({ workers }: MachineView): SessionCost {
    const share = this.#interval * UNKNOWN_SHARE;
    const prior = this.#calibrated ?? { mean: share, high: share };
    const measured = workers.flatMap(({ sessions }) =>
      sessions.filter((cost) => cost !== undefined),
    );
    const weight = measured.length + CALIBRATION_WEIGHT;
    const mean = (pick: (cost: SessionCost) => Milli) =>
      (measured.reduce((sum, cost) => sum + pick(cost), 0) + pick(prior) * CALIBRATION_WEIGHT) /
      weight;
    return { mean: mean((cost) => cost.mean), high: mean((cost) => cost.high) };
  }

  verdict(view: MachineView, identity?: string): Verdict {
    const demands = this.#demands(view);
    const loads = demands.map((demand) => this.#loadOf(demand));
    const ready = view.workers.map((_, i) => i).filter((i) => view.workers[i]!.ready);
    const within = ready.filter((i) => this.#carries(demands[i]!));
    const machine = this.#machineCarries(view, demands);
    if (within.length === 0 || !machine) {
      const reason =
        ready.length === 0 ? 'starting' : within.length === 0 ? 'workers-full' : 'machine-full';
      return { fits: false, reason, estimate: this.estimate(view) };
    }
    const least = Math.min(...within.map((i) => loads[i]!));
    const holds = (i: number) =>
      identity !== undefined && view.workers[i]!.identities.includes(identity);
    const rank = (i: number) => loads[i]! - (holds(i) ? WORTH_OF_IDENTITY : 0);
    const worker = within.reduce((best, i) => (rank(i) < rank(best) ? i : best));
    // Never so far that the identity's worker is filled up while another idles.
    const far = loads[worker]! > least + WORTH_OF_IDENTITY;
    return { fits: true, worker: far ? within.find((i) => loads[i] === least)! : worker };
  }

  estimate(view: MachineView): CapacityEstimate {
    const demands = this.#demands(view);
    const frames = demands
      .filter((_, i) => view.workers[i]!.ready)
      .map((demand) => this.#frameTime(demand));
    return {
      sessions: sessionsOf(demands),
      capacity: this.#capacity(view, demands),
      frameMs: frames.length === 0 ? this.expected(view).high : Math.min(...frames),
      budgetMs: this.#budget,
    };
  }

  /** Share of its time that a worker's sessions need at the least. */
  load(view: MachineView, worker: number): number {
    return this.#loadOf(this.#demands(view)[worker]!);
  }

  /** What each worker's sessions need, with all that no stage counts. */
  #demands(view: MachineView): WorkerDemand[] {
    const next = this.expected(view);
    const told = view.workers.flatMap(({ uncounted }) => uncounted ?? []);
    const unknown = next.mean * UNKNOWN_UNCOUNTED;
    const mean = (of: keyof WorkerCpu) =>
      told.length === 0 ? unknown : told.reduce((sum, each) => sum + each[of], 0) / told.length;
    const usual: WorkerCpu = { thread: mean('thread'), process: mean('process') };
    return view.workers.map(({ sessions, uncounted = usual }) => {
      const whole = ({ mean, high }: SessionCost): SessionCost => ({
        mean: mean + uncounted.thread,
        high: high + uncounted.thread,
      });
      return {
        costs: sessions.map((cost) => whole(cost ?? next)),
        next: whole(next),
        otherThreads: Math.max(0, uncounted.process - uncounted.thread),
      };
    });
  }

  #loadOf({ costs }: WorkerDemand): number {
    return costs.reduce((sum, { mean }) => sum + mean, 0) / this.#interval;
  }

  /** A frame in a bad case, when those of all others are before it in the line. */
  #frameTime({ costs, next }: WorkerDemand): Milli {
    const all = [...costs, next];
    const means = all.reduce((sum, { mean }) => sum + mean, 0);
    const excesses = all.map(({ mean, high }) => high - mean).sort((a, b) => b - a);
    return excesses.slice(0, BAD_AT_ONCE).reduce((sum, excess) => sum + excess, means);
  }

  #carries(demand: WorkerDemand): boolean {
    const load = this.#loadOf(demand) + demand.next.mean / this.#interval;
    return load <= MOST_LOAD && this.#frameTime(demand) <= this.#budget * MOST_FRAME;
  }

  #machineCarries({ cores, mainLoad }: MachineView, demands: readonly WorkerDemand[]): boolean {
    const sessions = sessionsOf(demands);
    const share = Math.max(TRANSPORT_SHARE, sessions === 0 ? 0 : mainLoad / sessions);
    const main = share * (sessions + 1);
    const work = demands.reduce(
      (sum, demand) =>
        sum + this.#loadOf(demand) + (demand.costs.length * demand.otherThreads) / this.#interval,
      0,
    );
    const next = Math.min(
      ...demands.map((demand) => (demand.next.mean + demand.otherThreads) / this.#interval),
    );
    return work + next + main <= cores * MOST_LOAD;
  }

  /** Adds sessions, each to the least busy worker, until one does not fit. */
  #capacity(view: MachineView, demands: readonly WorkerDemand[]): number {
    const workers = demands.map((demand) => ({ ...demand }));
    for (let count = sessionsOf(demands); count < MOST_SESSIONS; count++) {
      const carriers = workers.filter((worker) => this.#carries(worker));
      if (carriers.length === 0 || !this.#machineCarries(view, workers)) return count;
      const least = carriers.reduce((best, worker) =>
        this.#loadOf(worker) < this.#loadOf(best) ? worker : best,
      );
      least.costs = [...least.costs, least.next];
    }
    return MOST_SESSIONS;
  }
}

function sessionsOf(demands: readonly WorkerDemand[]): number {
  return demands.reduce((sum, { costs }) => sum + costs.length, 0);
}
