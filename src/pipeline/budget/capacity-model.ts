import type { Milli } from '../../time.ts';

/** What one camera frame of a session takes of its worker at the lowest level that draws each of them. */
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
 * Share of a worker's time, and of all cores, that the stages of its sessions may need. The rest goes
 * to what no stage counts, messages between the processes and the collection of garbage, and keeps
 * queues from growing with every stutter: at 0.85 one session more was let in than held, see
 * docs/performance.md.
 */
const MOST_LOAD = 0.8;
/** A worker that holds the identity is taken although it is busier than another by this share. */
const WORTH_OF_IDENTITY = 0.15;
/** What the main process takes of a core for one session while none has told: see docs/performance.md. */
const TRANSPORT_SHARE = 0.08;
/** Where nothing was measured and nothing calibrated: a third of a frame's time. */
const UNKNOWN_SHARE = 1 / 3;
/** The calibrated cost counts as much as this many measured sessions. */
const CALIBRATION_WEIGHT = 1;
/** No machine is counted further. */
const MOST_SESSIONS = 1_000;

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

  /** What the next session is expected to cost. */
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
    const next = this.expected(view);
    const loads = view.workers.map((worker) => this.#loadOf(worker, next));
    const ready = view.workers.map((_, i) => i).filter((i) => view.workers[i]!.ready);
    const within = ready.filter((i) => this.#carries(view.workers[i]!, next));
    const machine = this.#machineCarries(view, next);
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
    const next = this.expected(view);
    const sessions = view.workers.reduce((sum, worker) => sum + worker.sessions.length, 0);
    const frames = view.workers
      .filter(({ ready }) => ready)
      .map((worker) => this.#frameTime(worker, next));
    return {
      sessions,
      capacity: this.#capacity(view, next, sessions),
      frameMs: frames.length === 0 ? next.high : Math.min(...frames),
      budgetMs: this.#budget,
    };
  }

  /** Share of its time that a worker's sessions need at the least. */
  load(view: MachineView, worker: number): number {
    return this.#loadOf(view.workers[worker]!, this.expected(view));
  }

  #loadOf({ sessions }: WorkerView, next: SessionCost): number {
    return sessions.reduce((sum, cost) => sum + (cost ?? next).mean, 0) / this.#interval;
  }

  /** The dearest session's frame in a bad case, when all others are before it in the line. */
  #frameTime({ sessions }: WorkerView, next: SessionCost): Milli {
    const costs = [...sessions.map((cost) => cost ?? next), next];
    const means = costs.reduce((sum, { mean }) => sum + mean, 0);
    return Math.max(...costs.map(({ mean, high }) => means - mean + high));
  }

  #carries(worker: WorkerView, next: SessionCost): boolean {
    const load = this.#loadOf(worker, next) + next.mean / this.#interval;
    return load <= MOST_LOAD && this.#frameTime(worker, next) <= this.#budget;
  }

  #machineCarries({ workers, cores, mainLoad }: MachineView, next: SessionCost): boolean {
    const sessions = workers.reduce((sum, worker) => sum + worker.sessions.length, 0);
    const share = Math.max(TRANSPORT_SHARE, sessions === 0 ? 0 : mainLoad / sessions);
    const main = share * (sessions + 1);
    const work = workers.reduce((sum, worker) => sum + this.#loadOf(worker, next), 0);
    return work + next.mean / this.#interval + main <= cores * MOST_LOAD;
  }

  /** Adds sessions, each to the least busy worker, until one does not fit. */
  #capacity(view: MachineView, next: SessionCost, sessions: number): number {
    const workers = view.workers.map((worker) => ({ ...worker, ready: true }));
    for (let count = sessions; count < MOST_SESSIONS; count++) {
      const machine = { ...view, workers };
      const carriers = workers.filter((worker) => this.#carries(worker, next));
      if (carriers.length === 0 || !this.#machineCarries(machine, next)) return count;
      const least = carriers.reduce((best, worker) =>
        this.#loadOf(worker, next) < this.#loadOf(best, next) ? worker : best,
      );
      least.sessions = [...least.sessions, next];
    }
    return MOST_SESSIONS;
  }
}
