import type { SessionCost, WorkerView } from '../../../src/pipeline/budget/capacity-model.ts';
import { SessionBudget } from '../../../src/pipeline/budget/session-budget.ts';
import { SteadyCost } from '../../../src/pipeline/budget/steady-cost.ts';
import { WorkerLoad } from '../../../src/pipeline/budget/worker-load.ts';
import type { RenderEffort } from '../../../src/pipeline/render/engine.ts';
import type { Milli } from '../../../src/time.ts';

/** A session and its camera. */
export interface Member {
  readonly name: string;
  readonly fps: number;
  /** When its camera goes on. */
  readonly from?: Milli;
  /** What drawing a frame takes; decoding takes 1, finding the face 4 and coding 2 more. */
  cost(effort: RenderEffort): Milli;
}

/** What became of a camera's frames. */
interface Tally {
  drawn: number;
  overtaken: number;
  leftOut: number;
}

interface Session {
  readonly member: Member;
  readonly budget: SessionBudget;
  due: Milli;
  waiting: Milli | undefined;
  tally: Tally;
  readonly steady: SteadyCost;
  /** As of the last sample. */
  cost: SessionCost | undefined;
}

interface SimulatedWorkerOptions {
  readonly budget: Milli;
  readonly efforts: readonly RenderEffort[];
  /** What each frame takes of the thread beside its stages. */
  readonly beside?: Milli;
}

const EACH_SECOND: Milli = 1_000;
const PHASE: Milli = 5;

/** One thread that draws sessions' frames in simulated time, who came first first; each session's newest frame counts. */
export class SimulatedWorker {
  readonly #options: SimulatedWorkerOptions;
  readonly #load = new WorkerLoad();
  readonly #sessions: Session[] = [];
  #now: Milli = 0;
  #cpu: Milli = 0;
  #sampled: Milli = 0;

  constructor(options: SimulatedWorkerOptions) {
    this.#options = options;
  }

  get now(): Milli {
    return this.#now;
  }

  get count(): number {
    return this.#sessions.length;
  }

  /** As the capacity model sees it. */
  get view(): WorkerView {
    return {
      ready: true,
      identities: [],
      sessions: this.#sessions.map(({ cost }) => cost),
      uncounted: this.#load.uncounted.perFrame,
    };
  }

  join(member: Member): void {
    const { budget } = this.#options;
    this.#sessions.push({
      member,
      budget: new SessionBudget({ session: member.name, budget, fps: 30, load: this.#load }),
      due: this.#now + (member.from ?? 0) + this.count * PHASE,
      waiting: undefined,
      tally: { drawn: 0, overtaken: 0, leftOut: 0 },
      steady: new SteadyCost(),
      cost: undefined,
    });
  }

  leave(name: string): void {
    const [gone] = this.#sessions.splice(
      this.#sessions.findIndex(({ member }) => member.name === name),
      1,
    );
    gone?.budget.close();
  }

  /** Something keeps the thread busy: garbage, say. */
  stall(time: Milli): void {
    this.#work(time);
  }

  run(time: Milli): void {
    const end = this.#now + time;
    while (this.#now < end) {
      this.#arrive();
      const waiting = this.#sessions.filter((session) => session.waiting !== undefined);
      if (waiting.length > 0)
        this.#draw(waiting.reduce((a, b) => (b.waiting! < a.waiting! ? b : a)));
      else this.#now = Math.min(end, ...this.#sessions.map(({ due }) => due));
      if (this.#now - this.#sampled >= EACH_SECOND) this.#sample();
    }
  }

  /** Of each session since the last call. */
  take(): Record<string, Tally & { level: string }> {
    return Object.fromEntries(
      this.#sessions.map((session) => {
        const { tally, member, budget } = session;
        session.tally = { drawn: 0, overtaken: 0, leftOut: 0 };
        return [member.name, { level: budget.level, ...tally }];
      }),
    );
  }

  #arrive(): void {
    for (const each of this.#sessions)
      for (; each.due <= this.#now; each.due += 1_000 / each.member.fps) {
        if (each.waiting !== undefined) each.tally.overtaken++;
        each.waiting = each.due;
      }
  }

  #draw(session: Session): void {
    const { efforts, beside = 0 } = this.#options;
    const { budget, member, tally } = session;
    const receivedAt = session.waiting!;
    session.waiting = undefined;
    const plan = budget.plan({ identity: 'marlow', receivedAt }, efforts, this.#now);
    const stages = plan.draw
      ? { decode: 1, landmark: 4, encode: 2, render: member.cost(plan.effort) }
      : { decode: 1 };
    const worked = Object.values(stages).reduce((sum, cost) => sum + cost, 0);
    this.#work(worked);
    if (plan.draw) {
      budget.drawn({ identity: 'marlow', effort: plan.effort, stages, receivedAt }, this.#now);
      tally.drawn++;
    } else {
      budget.worked(stages, this.#now);
      tally.leftOut++;
    }
    budget.turned(worked, worked);
    this.#work(beside);
  }

  #work(time: Milli): void {
    this.#now += time;
    this.#cpu += time;
  }

  #sample(): void {
    const { efforts } = this.#options;
    for (const each of this.#sessions)
      each.cost = each.steady.follow(each.budget.cost('marlow', efforts, this.#now));
    this.#sampled = this.#now;
    this.#load.uncounted.sample({ thread: this.#cpu, process: this.#cpu });
  }
}
