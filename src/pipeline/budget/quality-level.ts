import type { QualityLevel } from '../../signaling/session-stats.ts';
import type { RenderEffort } from '../render/engine.ts';

/** What a level asks of the frames drawn at it. */
interface LevelWork {
  /** Efforts of consecutive frames, in turn, each a choice of which the renderer's first is taken. */
  readonly turns: readonly (readonly RenderEffort[])[];
  /** One in this many camera frames is drawn. */
  readonly every: number;
}

/** One frame each half second at 30 fps: the picture is not dead, and its cost stays measured. */
const HOLD_EVERY = 15;

/** Cheapest first, where the cheapest there is will do. */
const CHEAPEST: readonly RenderEffort[] = ['warp', 'between', 'small', 'full'];

/**
 * A network in turn with the temporal buffer is as good as the same in every frame, and a fifth to two fifths cheaper: see
 * docs/few-shot-vid2vid.md. With the larger one the dearest frame is as dear as ever; with the smaller one it is not.
 */
const WORK: Readonly<Record<QualityLevel, LevelWork>> = {
  full: { turns: [['full']], every: 1 },
  alternate: { turns: [['full'], ['between']], every: 1 },
  small: { turns: [['small'], ['between']], every: 1 },
  warp: { turns: [['warp']], every: 1 },
  half: { turns: [CHEAPEST], every: 2 },
  hold: { turns: [CHEAPEST], every: HOLD_EVERY },
};

/** Dearest first. */
export const QUALITY_LEVELS = Object.keys(WORK) as readonly QualityLevel[];

/** One rung of a renderer's ladder. */
export interface Rung {
  readonly level: QualityLevel;
  /** Efforts of consecutive drawn frames, in turn. */
  readonly turns: readonly RenderEffort[];
  readonly every: number;
}

/** Whether nothing is left out there. */
export const drawsAll = ({ every }: Pick<Rung, 'every'>): boolean => every === 1;
export const levelDrawsAll = (level: QualityLevel): boolean => drawsAll(WORK[level]);

const ONE_EFFORT: readonly RenderEffort[] = ['full'];
/** Asked for before every frame: renderers have few lists of efforts, and keep them. */
const ladders = new WeakMap<readonly RenderEffort[], readonly Rung[]>();

/** The levels that a renderer with these efforts can fall to, dearest first. */
export function ladderOf(efforts: readonly RenderEffort[] = ONE_EFFORT): readonly Rung[] {
  const known = ladders.get(efforts);
  if (known) return known;
  const ladder = ladderWith(efforts);
  ladders.set(efforts, ladder);
  return ladder;
}

function ladderWith(efforts: readonly RenderEffort[]): readonly Rung[] {
  return QUALITY_LEVELS.flatMap((level) => {
    const { turns, every } = WORK[level];
    const found = turns.map((choices) => choices.find((effort) => efforts.includes(effort)));
    const complete = found.filter((effort) => effort !== undefined);
    return complete.length < turns.length ? [] : [{ level, turns: complete, every }];
  });
}
