import { fill, h } from './element.ts';

/** The line over the page that says how the connection is; null takes it away. */
export function banner(message: string | null, kind: 'trouble' | 'good' = 'trouble'): void {
  const region = document.querySelector('#banner');
  if (!region) return;
  fill(
    region,
    message !== null &&
      h(
        'p',
        { class: `banner banner-${kind}`, 'data-testid': 'banner' },
        kind === 'trouble' && h('span', { class: 'spinner', 'aria-hidden': 'true' }),
        message,
      ),
  );
}
