import type { SessionStats } from '../../sdk/index.ts';
import { fill, h, svg } from '../element.ts';
import { percent } from './format.ts';
import { HISTORY_LENGTH } from './history.ts';

/** Dearest first: how much is drawn, in words. */
const LEVELS: Readonly<Record<SessionStats['level'], string>> = {
  full: 'full quality',
  alternate: 'network every second frame',
  small: 'smaller network every second frame',
  warp: 'warp alone',
  half: 'every second frame',
  hold: 'picture held',
};

const REASONS: Readonly<Record<SessionStats['levelReason'], string>> = {
  'within-budget': 'frames are in time',
  'own-cost': 'more would take longer than a frame has',
  'shared-load': 'others need the server too',
  recovering: 'there is time again; more is tried soon',
};

const NAMES = Object.keys(LEVELS) as readonly SessionStats['level'][];
const WIDTH = 360;
const HEIGHT = 42;
const COLUMN = WIDTH / HISTORY_LENGTH;
/** Under the columns: a mark for each second in which a deadline was missed. */
const MARK = 5;

/** The last minute's quality levels as columns, high for full, with a mark under each second that missed a deadline. */
export function levelStrip() {
  const picture = svg('svg', {
    class: 'chart level-strip',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'data-testid': 'level-strip',
  });
  const level = h('b', { 'data-testid': 'level' });
  const reason = h('span', { class: 'chart-note', 'data-testid': 'level-reason' });
  const deadlines = h('span', { class: 'chart-note', 'data-testid': 'deadlines' });
  const degraded = h('div', { class: 'chart-note', 'data-testid': 'degraded', hidden: true });
  return {
    element: h(
      'figure',
      { class: 'chart-box' },
      h('div', { class: 'level-now' }, level, reason),
      picture,
      h('figcaption', { class: 'chart-note' }, deadlines, degraded),
    ),
    show(history: readonly SessionStats[]): void {
      const newest = history.at(-1);
      if (!newest) return;
      const first = HISTORY_LENGTH - history.length;
      fill(
        picture,
        ...history.flatMap((stats, i) => column(stats, history[i - 1], (first + i) * COLUMN)),
      );
      level.textContent = LEVELS[newest.level];
      reason.textContent = REASONS[newest.levelReason];
      const { met, missed } = newest.deadlines;
      const all = met + missed;
      deadlines.textContent =
        all === 0
          ? 'No frame has had a deadline yet.'
          : `${percent(met / all)} of ${all} frames within ${newest.frameBudgetMs.toFixed(1)} ms; ${missed} late`;
      degraded.hidden = newest.degraded === 0;
      degraded.textContent = `${newest.degraded} shown by the plain warp: the network’s answer was unusable`;
      picture.setAttribute(
        'aria-label',
        `Quality over the last minute; now ${LEVELS[newest.level]}, ${REASONS[newest.levelReason]}`,
      );
    },
  };
}

function column(
  { level, deadlines }: SessionStats,
  before: SessionStats | undefined,
  x: number,
): SVGElement[] {
  const room = HEIGHT - MARK - 2;
  const height = room * (1 - NAMES.indexOf(level) / NAMES.length);
  const late = before !== undefined && deadlines.missed > before.deadlines.missed;
  return [
    svg('rect', {
      class: `level-${level}`,
      x,
      width: COLUMN * 0.8,
      y: room - height,
      height,
    }),
    ...(late
      ? [svg('rect', { class: 'late', x, width: COLUMN * 0.8, y: HEIGHT - MARK, height: MARK })]
      : []),
  ];
}
