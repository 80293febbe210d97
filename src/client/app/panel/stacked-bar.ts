import { fill, h } from '../element.ts';
import { milliseconds } from './format.ts';

interface Part {
  readonly name: string;
  readonly ms: number;
  readonly className: string;
}

/** One horizontal bar whose parts are as wide as they last, with a legend that says the numbers. */
export function stackedBar(label: string, testid: string) {
  const bar = h('div', { class: 'bar', role: 'img' });
  const legend = h('ul', { class: 'legend' });
  const element = h('div', { class: 'stacked', 'data-testid': testid }, bar, legend);
  return {
    element,
    /** @param whole what the bar's full width stands for, unless the parts need more */
    show(parts: readonly Part[], whole: number): void {
      const sum = parts.reduce((total, { ms }) => total + ms, 0);
      const scale = 100 / Math.max(whole, sum, Number.MIN_VALUE);
      const pieces = parts.map(({ ms, className }) => {
        const piece = h('span', { class: `bar-part ${className}` });
        piece.style.width = `${ms * scale}%`;
        return piece;
      });
      const mark = h('span', { class: 'bar-budget', hidden: !(sum > 0 && whole > 0) });
      mark.style.left = `${Math.min(100, whole * scale)}%`;
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
