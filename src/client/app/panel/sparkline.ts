import { fill, h, svg } from '../element.ts';
import { HISTORY_LENGTH, niceCeiling } from './history.ts';

const WIDTH = 160;
const HEIGHT = 36;

/** A small line of the last minute, with the present value beside it. */
export function sparkline(label: string, testid: string) {
  const line = svg('polyline', { class: 'spark-line' });
  const area = svg('polygon', { class: 'spark-area' });
  const picture = svg(
    'svg',
    {
      class: 'spark',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    area,
    line,
  );
  const value = h('b', { 'data-testid': testid });
  return {
    element: h('div', { class: 'spark-row' }, h('span', {}, label), picture, value),
    /** @param least what the axis reaches at least; null breaks nothing, it is left out */
    show(history: readonly (number | null)[], text: string, least: number): void {
      const top = niceCeiling(
        history.filter((sample) => sample !== null),
        least,
      );
      const first = HISTORY_LENGTH - history.length;
      const points = history.flatMap((sample, index) =>
        sample === null
          ? []
          : [
              {
                x: ((first + index) / (HISTORY_LENGTH - 1)) * WIDTH,
                y: HEIGHT - 1 - (sample / top) * (HEIGHT - 2),
              },
            ],
      );
      const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
      line.setAttribute('points', path);
      const [start, end] = [points[0], points.at(-1)];
      area.setAttribute(
        'points',
        start && end ? `${start.x},${HEIGHT} ${path} ${end.x},${HEIGHT}` : '',
      );
      fill(value, text);
    },
  };
}
