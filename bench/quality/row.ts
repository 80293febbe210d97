import type { ClipGroup } from './clip.ts';
import type { Scores } from './reproduction.ts';
import type { TurnedTarget } from './turned-picture.ts';

/**
 * What was measured: a clip from its own frames, pictures from others of the person, pictures from one that looks
 * aside, or a person moved by a driver.
 */
export const ROW_PARTS = ['reproduction', 'pictures', 'turned', 'puppetry'] as const;
export type RowPart = (typeof ROW_PARTS)[number];

/** One row of the tables: what was measured on what, how, and what came out. */
export interface Row {
  readonly part: RowPart;
  readonly group: ClipGroup;
  /** The clip or person drawn. */
  readonly subject: string;
  /** The clip that moved them, where that is another. */
  readonly driver?: string;
  /** Where a picture that looks aside was turned to. */
  readonly target?: TurnedTarget;
  readonly contender: string;
  /** K: of how many examples. */
  readonly examples: number;
  /** Smoothed and retargeted as in a call. */
  readonly staged: boolean;
  readonly scores: Scores;
}

export type RowName = Omit<Row, 'scores'>;

/** A row's name for a person, and for a file. */
export function rowTitle(name: RowName): string {
  const { part, subject, driver, target, contender, examples, staged } = name;
  const stage = staged && part === 'reproduction' ? ', staged' : '';
  const how = driver === undefined ? target : `by ${driver}`;
  const who = how === undefined ? subject : `${subject} ${how}`;
  return `${part}: ${who}, ${contender}, K = ${examples}${stage}`;
}
