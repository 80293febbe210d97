import { fill, h } from '../element.ts';
import { milliseconds } from './format.ts';

interface Part {
  readonly name: string;
  readonly ms: number;
  readonly className: string;
}

/** Past the budget's mark, so that the mark itself is seen. */
const ROOM_BEYOND = 1.12;

/** One horizontal bar whose parts are as wide as they last, with a legend that says the numbers. */
export function stackedBar(label: string, testid: string) {
  const bar = h('div', { class: 'bar', role: 'img' });
  const legend = h('ul', { class: 'legend' });
  const element = h('div', { class: 'stacked', 'data-testid': testid }, bar, legend);
  return {
    element,
    /** @param budget where a mark stands; null for none */
    show(parts: readonly Part[], budget: number | null): void {
      const sum = parts.reduce((total, { ms }) => total + ms, 0);
      const scale = 100 / Math.max((budget ?? 0) * ROOM_BEYOND, sum, Number.MIN_VALUE);
      const pieces = parts.map(({ ms, className }) => {
        const piece = h('span', { class: `bar-part ${className}` });
        piece.style.width = `${ms * scale}%`;
        return piece;
      });
      const mark = h('span', { class: 'bar-budget', hidden: budget === null });
      mark.style.left = `${(budget ?? 0) * scale}%`;
      fill(bar, ...pieces, mark);
      bar.setAttribute('aria-label', `${label}: ${milliseconds(sum)} in all`);
      fill(
        legend,
        ...parts.map(({ name, ms, className }) =>
          h(
            'li',
            {},
            h('span', { class: `swatch ${className}` }),
            h('span', {}, name),
            h('b', {}, milliseconds(ms)),
          ),
        ),
      );
    },
  };
}
