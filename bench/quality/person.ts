import type { ClipFrame, ClipGroup } from './clip.ts';

/** Someone of whom there are pictures, the neutral one first. */
export interface Person {
  readonly name: string;
  readonly group: ClipGroup;
  readonly pictures: readonly ClipFrame[];
}
