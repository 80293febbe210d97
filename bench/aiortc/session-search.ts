/** Whether so many sessions were carried. */
export interface SearchStep {
  readonly sessions: number;
  readonly held: boolean;
  /** Cores' worth of the peer's processor time that all of them took together. */
  readonly cores: number;
}

/** Share of the sessions: known so closely, no more is to be learnt on a machine whose speed wavers as much. */
const CLOSE = 0.1;

/** Of the one core that a peer has, what is aimed at: a frame costs less the more sessions there are. */
const NEARLY_ALL = 0.95;

/** Where steps contradict each other, on a machine that others share, it ends here. */
export const MOST_STEPS = 5;

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
  if (broken - held <= Math.max(1, held * CLOSE)) return undefined;
  if (held === 0) return Math.max(1, Math.floor(broken * 0.8));
  if (broken > most) {
    const { cores } = steps.find(({ sessions }) => sessions === held)!;
    const foreseen = Math.floor((held * NEARLY_ALL) / Math.max(cores, NEARLY_ALL / 2));
    return Math.min(most, Math.max(foreseen, held + Math.max(1, Math.ceil(held / 8))));
  }
  return Math.floor((held + broken) / 2);
}

/** The most that were carried; 0 for none. */
export function mostHeld(steps: readonly SearchStep[]): number {
  return Math.max(0, ...steps.filter(({ held }) => held).map(({ sessions }) => sessions));
}
