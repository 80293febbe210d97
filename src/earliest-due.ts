import type { Milli } from './time.ts';

/** The first of several times at which something is due; undefined where nothing is. */
export function earliestDue(dues: Iterable<Milli | undefined>): Milli | undefined {
  let earliest: Milli | undefined;
  for (const due of dues)
    if (due !== undefined && (earliest === undefined || due < earliest)) earliest = due;
  return earliest;
}
