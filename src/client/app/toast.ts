import { h } from './element.ts';
import { icon } from './icon.ts';

/** Long enough to read two sentences; errors stay until closed. */
const NOTICE_MS = 5_000;
/** More at once would cover the call; the oldest makes room. */
const MAX_TOASTS = 4;

/** Tells a person something in passing, at the edge of the page and to screen readers. */
export function toast(message: string, kind: 'notice' | 'error' = 'notice'): void {
  const region = document.querySelector('#toasts');
  if (!region) return;
  for (const old of [...region.children].slice(0, -(MAX_TOASTS - 1))) old.remove();
  for (const same of [...region.children]) if (same.textContent === message) same.remove();
  const close = h(
    'button',
    { class: 'tool', type: 'button', 'aria-label': 'Dismiss', on: { click: () => box.remove() } },
    icon('close'),
  );
  const box = h(
    'div',
    {
      class: `toast toast-${kind}`,
      role: kind === 'error' ? 'alert' : 'status',
      'data-testid': 'toast',
    },
    icon(kind === 'error' ? 'alert' : 'check'),
    h('p', {}, message),
    close,
  );
  region.append(box);
  if (kind === 'notice') setTimeout(() => box.remove(), NOTICE_MS);
}

/** The sentence of anything thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'Something went wrong.';
}
