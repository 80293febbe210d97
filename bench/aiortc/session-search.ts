/** Whether so many sessions were carried. */
export interface SearchStep {
  readonly sessions: number;
  readonly held: boolean;
}

/** Where steps contradict each other, on a machine that others share, it ends here. */
export const MOST_STEPS = 6;

/**
 * How many sessions to try next, to find the most that are carried; undefined when that is known,
 * or nothing more is to be found out.
 * @param guess where to begin.
 * @param most no more than these are tried.
 */
export function nextSessions(
  steps: readonly SearchStep[],
  { guess, most }: { guess: number; most: number },
): number | undefined {
  if (steps.length >= MOST_STEPS) return undefined;
  if (steps.length === 0) return Math.min(most, Math.max(1, Math.floor(guess)));
  const held = mostHeld(steps);
  const broken = Math.min(
    most + 1,
    ...steps.filter((step) => !step.held).map(({ sessions }) => sessions),
  );
  if (broken <= held + 1) return undefined;
  if (held === 0) return Math.max(1, Math.floor(broken * 0.75));
  if (broken > most) return Math.min(most, held + Math.max(1, Math.ceil(held / 4)));
  return Math.floor((held + broken) / 2);
}

/** The most that were carried; 0 for none. */
export function mostHeld(steps: readonly SearchStep[]): number {
  return Math.max(0, ...steps.filter(({ held }) => held).map(({ sessions }) => sessions));
}
