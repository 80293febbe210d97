import type { Milli } from '../../time.ts';

/** The earlier of two deadlines, each of which may be none. */
export function earliest(a: Milli | undefined, b: Milli | undefined): Milli | undefined {
  if (a === undefined) return b;
  return b === undefined || a < b ? a : b;
}
