import type { Clock, Milli } from '../time.ts';
import type { FrameTurn, FrameTurns } from './budget/frame-turns.ts';
import type { Elsewhere } from './render/engine.ts';
import type { Stage, StageTimes } from './stage.ts';

interface SessionTurnPorts {
  readonly turns: FrameTurns;
  readonly clock: Clock;
  readonly cpuTime: () => Milli;
}

/** Time on the clock, and of the processor. */
interface Spent {
  readonly wall: Milli;
  readonly cpu: Milli;
}

/** One session's turn at its worker's thread, and how much of it was the session's own work. */
export class SessionTurn {
  readonly #ports: SessionTurnPorts;
  #turn: { readonly turn: FrameTurn; readonly began: Spent } | undefined;
  /** What others did while this session waited elsewhere, since it began. */
  #away = { wall: 0, cpu: 0 };

  constructor(ports: SessionTurnPorts) {
    this.#ports = ports;
  }

  /** Time on the clock that was not this session's, since it began. */
  get away(): Milli {
    return this.#away.wall;
  }

  /** Resolves when it is the turn of the session's frame with this deadline. */
  async take(deadline: Milli): Promise<void> {
    const turn = await this.#ports.turns.take(deadline);
    this.#away = { wall: 0, cpu: 0 };
    this.#turn = { turn, began: this.#now() };
  }

  /** @returns what the turn took of the thread. */
  end(): Spent {
    const { turn, began } = this.#turn!;
    const now = this.#now();
    this.#turn = undefined;
    turn.end();
    return {
      wall: now.wall - began.wall - this.#away.wall,
      cpu: now.cpu - began.cpu - this.#away.cpu,
    };
  }

  /** Counts what a stage takes of the session's own time. */
  async timed<T>(stage: Stage, into: StageTimes, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#ports;
    const started = clock() - this.away;
    try {
      return await work();
    } finally {
      into[stage] = (into[stage] ?? 0) + clock() - this.away - started;
    }
  }

  /** Waits without holding the turn, where there is one. */
  readonly elsewhere: Elsewhere = async (wait, own) => {
    const held = this.#turn;
    if (!held) return wait();
    const before = this.#now();
    try {
      return await held.turn.pause(wait);
    } finally {
      const now = this.#now();
      this.#away.wall += Math.max(0, now.wall - before.wall - own());
      this.#away.cpu += now.cpu - before.cpu;
    }
  };

  #now(): Spent {
    return { wall: this.#ports.clock(), cpu: this.#ports.cpuTime() };
  }
}
