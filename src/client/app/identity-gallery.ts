import type { IdentitySummary } from '../sdk/index.ts';
import type { Cast } from './cast.ts';
import { confirmDialog } from './dialog.ts';
import { fill, h } from './element.ts';
import { icon } from './icon.ts';
import { sentence, toast } from './toast.ts';

interface GalleryOptions {
  readonly cast: Cast;
  /** One line of small cards, for the call. */
  readonly strip?: boolean;
  readonly selected: string | null;
  onSelect(identity: string): void;
  onEnrol(): void;
}

export interface IdentityGallery {
  readonly element: HTMLElement;
  select(identity: string): void;
  /** Scrolls to the chosen card where it is out of sight; a strip does so by itself. */
  reveal(): void;
  dispose(): void;
}

/** Cards to choose an identity from: a radio group, with the way to add one of one's own. */
export function identityGallery(options: GalleryOptions): IdentityGallery {
  const { cast, strip = false } = options;
  let selected = options.selected;
  const group = `identity-${strip ? 'strip' : 'gallery'}`;
  const list = h('div', {
    class: strip ? 'cast cast-strip' : 'cast',
    role: 'radiogroup',
    'aria-label': 'Identity',
    'data-testid': group,
  });
  const stop = cast.on('change', show);
  show();
  // A strip shows a few cards of many, and has a width only once it is on the page.
  if (strip) requestAnimationFrame(reveal);
  return { element: list, select, reveal, dispose: stop };

  function select(identity: string): void {
    selected = identity;
    for (const input of list.querySelectorAll('input')) input.checked = input.value === identity;
    if (strip) reveal();
  }

  function reveal(): void {
    const card = list.querySelector('input:checked')?.closest('.card');
    card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function show(): void {
    const { state } = cast;
    list.toggleAttribute('aria-busy', state.kind === 'loading');
    if (state.kind === 'loading') {
      fill(
        list,
        ...Array.from({ length: strip ? 4 : 8 }, () => h('div', { class: 'card card-ghost' })),
      );
    } else if (state.kind === 'failed') {
      const again = h(
        'button',
        { class: 'button', type: 'button', on: { click: () => void cast.load() } },
        'Try again',
      );
      fill(
        list,
        h('div', { class: 'notice notice-error' }, h('p', {}, sentence(state.error)), again),
      );
    } else {
      fill(list, enrolCard(), ...state.identities.map(card));
    }
  }

  function enrolCard(): HTMLElement {
    const hint = state().length === 0 ? 'Nobody is here yet: add the first' : 'Add your own';
    return h(
      'button',
      {
        class: 'card card-enrol',
        type: 'button',
        'data-testid': 'enrol',
        on: { click: options.onEnrol },
      },
      h('span', { class: 'card-plus' }, icon('plus')),
      h('span', { class: 'card-name' }, hint),
    );
  }

  function state(): readonly IdentitySummary[] {
    return cast.state.kind === 'ready' ? cast.state.identities : [];
  }

  function card(identity: IdentitySummary): HTMLElement {
    const radio = h('input', {
      type: 'radio',
      name: group,
      value: identity.id,
      checked: identity.id === selected,
      on: {
        change: () => {
          selected = identity.id;
          options.onSelect(identity.id);
        },
      },
    });
    const picture = h('img', {
      src: identity.pictureUrl,
      alt: '',
      loading: 'lazy',
      decoding: 'async',
      width: 256,
      height: 256,
      on: { error: () => picture.replaceWith(h('span', { class: 'card-missing' }, icon('mask'))) },
    });
    return h(
      'div',
      { class: 'card', 'data-testid': `identity-${identity.id}` },
      h(
        'label',
        { class: 'card-label' },
        radio,
        picture,
        h('span', { class: 'card-name' }, identity.name),
        h('span', { class: 'card-tick', 'aria-hidden': 'true' }, icon('check')),
      ),
      !strip && cast.isOwn(identity.id) && deleteButton(identity),
    );
  }

  function deleteButton(identity: IdentitySummary): HTMLElement {
    return h(
      'button',
      {
        class: 'tool card-delete',
        type: 'button',
        title: 'Delete',
        'aria-label': `Delete ${identity.name}`,
        'data-testid': `delete-${identity.id}`,
        on: { click: () => void remove(identity) },
      },
      icon('trash'),
    );
  }

  async function remove(identity: IdentitySummary): Promise<void> {
    const agreed = await confirmDialog(
      `Delete “${identity.name}”?`,
      'Its pictures and the record of consent are erased, and anyone who is seen as it at the moment stops being so within a second.',
      'Delete',
    );
    if (!agreed) return;
    try {
      await cast.delete(identity.id);
      toast(`“${identity.name}” was deleted.`);
    } catch (error) {
      toast(sentence(error), 'error');
    }
  }
}
