import { fill, h } from './element.ts';
import { icon } from './icon.ts';
import { recall, remember } from './preferences.io.ts';

type Theme = 'dark' | 'light';

/** A button that changes between dark and light; until it is used, the system's wish counts. */
export function themeToggle(): HTMLElement {
  const wish = matchMedia('(prefers-color-scheme: light)');
  const chosen = recall('theme');
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
  const button = h('button', {
    class: 'tool',
    type: 'button',
    'data-testid': 'theme',
    on: { click: toggle },
  });
  wish.addEventListener('change', show);
  show();
  return button;

  function current(): Theme {
    const set = document.documentElement.dataset.theme;
    return set === 'dark' || set === 'light' ? set : wish.matches ? 'light' : 'dark';
  }

  function toggle(): void {
    const next = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    remember('theme', next);
    show();
  }

  function show(): void {
    const dark = current() === 'dark';
    button.setAttribute('aria-label', dark ? 'Use light colours' : 'Use dark colours');
    button.title = dark ? 'House lights up' : 'House lights down';
    fill(button, icon(dark ? 'sun' : 'moon'));
  }
}
