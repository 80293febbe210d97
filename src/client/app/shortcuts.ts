import { openDialog } from './dialog.ts';
import { h } from './element.ts';

export interface Shortcut {
  /** One lower-case letter, or `?`. */
  readonly key: string;
  readonly does: string;
  run(): void;
}

/** Single keys that act anywhere on the page except where a person types. @returns stops it */
export function listenForShortcuts(shortcuts: readonly Shortcut[]): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const shortcut = shortcuts.find(({ key }) => key === event.key.toLowerCase());
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}

export function openShortcutHelp(shortcuts: readonly Shortcut[]): void {
  const rows = shortcuts.flatMap(({ key, does }) => [
    h('dt', {}, h('kbd', {}, key.toUpperCase())),
    h('dd', {}, does),
  ]);
  openDialog(
    'Keyboard',
    [
      h(
        'dl',
        { class: 'keys' },
        ...rows,
        h('dt', {}, h('kbd', {}, 'Esc')),
        h('dd', {}, 'Close a dialog'),
      ),
    ],
    { testid: 'shortcut-help' },
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement)
    return !/^(radio|checkbox|range|button)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
