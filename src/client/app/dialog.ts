import { h } from './element.ts';
import { icon } from './icon.ts';

/**
 * Opens a modal dialog: the browser keeps the focus inside, Escape closes it, and the focus goes back
 * to where it was. It is removed when closed.
 */
export function openDialog(
  title: string,
  content: readonly Node[],
  options: { readonly testid: string; readonly onClose?: () => void },
): HTMLDialogElement {
  const heading = h('h2', { id: `${options.testid}-title` }, title);
  const dialog = h(
    'dialog',
    { class: 'dialog', 'data-testid': options.testid, 'aria-labelledby': heading.id },
    h(
      'div',
      { class: 'dialog-head' },
      heading,
      h(
        'button',
        {
          class: 'tool',
          type: 'button',
          'aria-label': 'Close',
          on: { click: () => dialog.close() },
        },
        icon('close'),
      ),
    ),
    ...content,
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    options.onClose?.();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before something that cannot be undone. */
export function confirmDialog(question: string, detail: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    let agreed = false;
    const agree = h(
      'button',
      {
        class: 'button button-danger',
        type: 'button',
        'data-testid': 'confirm',
        on: {
          click: () => {
            agreed = true;
            dialog.close();
          },
        },
      },
      action,
    );
    const refuse = h(
      'button',
      { class: 'button', type: 'button', autofocus: true, on: { click: () => dialog.close() } },
      'Keep',
    );
    const dialog = openDialog(
      question,
      [h('p', {}, detail), h('div', { class: 'dialog-actions' }, refuse, agree)],
      { testid: 'confirm-dialog', onClose: () => resolve(agreed) },
    );
  });
}
