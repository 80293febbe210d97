import type { SessionCost } from './capacity-model.ts';

/** One worker and what its sessions need, as shares of its time at their highest levels. */
export interface BusyWorker {
  readonly ready: boolean;
  readonly identities: readonly string[];
  readonly sessions: readonly {
    readonly id: string;
    readonly identity: string;
    readonly share: number;
    /** Muted, or moving already: there is no keyframe to move it at. */
    readonly fixed: boolean;
  }[];
}

export interface Move {
  readonly session: string;
  readonly from: number;
  readonly to: number;
}

/** A worker that needs more than this of its time has sessions that are degraded or soon will be. */
const OVERLOADED = 0.9;
/** The other worker must stay below this, so that the next stutter does not send the session back. */
const COMFORTABLE = 0.8;
/** A move costs a keyframe and a loading: it must take at least this off the busier of the two. */
const WORTHWHILE = 0.1;
/** One that holds the identity counts as this much less busy. */
const WORTH_OF_IDENTITY = 0.1;

/**
 * The one move that relieves the busiest overloaded worker most, if there is one: from it, of a
 * session that another can take comfortably.
 */
export function rebalance(workers: readonly BusyWorker[]): Move | undefined {
  const loads = workers.map(({ sessions }) => sessions.reduce((sum, { share }) => sum + share, 0));
  const from = loads.indexOf(Math.max(...loads));
  if (!(loads[from]! > OVERLOADED)) return undefined;
  let best: (Move & { readonly rank: number }) | undefined;
  for (const { id, identity, share, fixed } of workers[from]!.sessions) {
    if (fixed) continue;
    for (const [to, worker] of workers.entries()) {
      const after = loads[to]! + share;
      const busier = Math.max(loads[from]! - share, after);
      if (to === from || !worker.ready || after > COMFORTABLE) continue;
      if (loads[from]! - busier < WORTHWHILE) continue;
      const rank = busier - (worker.identities.includes(identity) ? WORTH_OF_IDENTITY : 0);
      if (best === undefined || rank < best.rank) best = { session: id, from, to, rank };
    }
  }
  return best && { session: best.session, from: best.from, to: best.to };
}

/** Share of a worker's time that frames of one cost take at a rate. */
export function shareOf({ mean }: SessionCost, fps: number): number {
  return (mean * fps) / 1_000;
}
