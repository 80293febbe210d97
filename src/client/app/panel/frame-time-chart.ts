import { fill, h, svg } from '../element.ts';
import { HISTORY_LENGTH, niceCeiling } from './history.ts';
import { stageClass } from './stage-colour.ts';

/** A second that took longer is cut off: it must not flatten all the others. */
const HIGHEST_AXIS_MS = 200;

const WIDTH = 360;
const HEIGHT = 120;
const BAR = WIDTH / HISTORY_LENGTH;

/** One second's median time in each stage, in flow order. */
export type StageTimes = Readonly<Record<string, number>>;

/** The last minute of stage times as stacked columns, newest at the right, under the frame budget's line. */
export function frameTimeChart() {
  const picture = svg('svg', {
    class: 'chart',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'data-testid': 'frame-time-chart',
  });
  const caption = h('figcaption', { class: 'chart-note' });
  return {
    element: h('figure', { class: 'chart-box' }, picture, caption),
    /** @param budget in milliseconds, where a line stands */
    show(history: readonly StageTimes[], budget: number): void {
      const totals = history.map(total);
      const top = Math.min(HIGHEST_AXIS_MS, niceCeiling(totals, budget * 1.2));
      const y = (ms: number) => HEIGHT - (ms / top) * HEIGHT;
      const columns = history.flatMap((stages, index) =>
        column(stages, index - history.length + HISTORY_LENGTH, y),
      );
      const line = svg('line', {
        class: 'chart-budget',
        x1: 0,
        x2: WIDTH,
        y1: y(budget),
        y2: y(budget),
      });
      fill(picture, ...columns, line);
      caption.textContent = `The last minute, 0–${top} ms; dashed: the ${Math.round(budget)} ms of a frame`;
      const newest = totals.at(-1);
      picture.setAttribute(
        'aria-label',
        newest === undefined
          ? 'Time per frame: nothing measured yet'
          : `Time per frame over the last minute; now ${newest.toFixed(1)} ms of a budget of ${budget.toFixed(0)} ms`,
      );
    },
  };
}

function column(stages: StageTimes, index: number, y: (ms: number) => number): SVGElement[] {
  let below = 0;
  return Object.entries(stages).map(([stage, ms]) => {
    const bottom = y(below);
    below += ms;
    return svg('rect', {
      class: stageClass(stage),
      x: index * BAR,
      width: BAR * 0.8,
      y: y(below),
      height: Math.max(0, bottom - y(below)),
    });
  });
}

function total(stages: StageTimes): number {
  return Object.values(stages).reduce((sum, ms) => sum + ms, 0);
}
