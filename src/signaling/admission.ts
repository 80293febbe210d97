import type { CapacityEstimate } from './capacity-estimate.ts';
import { Refusal } from './refusal.ts';

type Full = {
  readonly fits: false;
  readonly reason: 'starting' | 'workers-full' | 'machine-full';
  readonly estimate: Omit<CapacityEstimate, 'waitMs'>;
};

/** Whether the machine can carry one session more: the seam between who may talk and the pipeline. */
export interface Admission {
  /** Keeps a place for a session, until its media is opened or it is released. */
  reserve(participant: string, identity: string): { readonly fits: true } | Full;
  /** The session will not come. */
  release(participant: string): void;
}

/** Why somebody is not let in, in a sentence, with the figures beside it. */
export function overCapacity({ reason, estimate }: Full, waitMs: number | null): Refusal {
  return new Refusal('over_capacity', sentence(reason, estimate), {
    estimate: { ...estimate, waitMs },
  });
}

function sentence(
  reason: Full['reason'],
  { sessions, capacity, frameMs, budgetMs }: Full['estimate'],
): string {
  if (reason === 'starting') {
    return 'The server is still starting its pipeline. Try again in a few seconds.';
  }
  const here = sessions === 1 ? 'One person is' : `${sessions} people are`;
  const there = `${here} here, and this machine has time for ${capacity}`;
  if (reason === 'machine-full' || frameMs <= budgetMs) {
    return `${there}: with one more, its processors could not draw every frame in time.`;
  }
  return `${there}: with one more, a frame could take ${frameMs.toFixed(0)} ms of the ${budgetMs.toFixed(0)} ms that it has.`;
}
