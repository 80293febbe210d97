import { ClientError, type JoinOptions, type QueuePlace } from '../../sdk/index.ts';
import type { Cast } from '../cast.ts';
import type { Driver } from '../driver.io.ts';
import { h } from '../element.ts';
import { openEnrolment } from '../enrolment/enrolment-dialog.ts';
import { identityGallery } from '../identity-gallery.ts';
import { recall, remember } from '../preferences.io.ts';
import { inventRoom, inviteLink, roomName, roomOf } from '../room-link.ts';
import { sentence, toast } from '../toast.ts';
import { capturePreview } from './capture-preview.ts';
import { houseFull } from './house-full.ts';

export interface JoinRequest {
  readonly room: string;
  readonly name: string;
  readonly identity: string;
}

/** How a join can be stopped, and who is told while it waits. */
export type Waiting = Pick<JoinOptions, 'onQueued'> & { readonly signal: AbortSignal };

interface LobbyOptions {
  readonly cast: Cast;
  readonly driver: Driver;
  /** Rejects when joining failed; the lobby stays usable. */
  onJoin(request: JoinRequest, waiting: Waiting): Promise<void>;
}

/** The dressing room: choose whom to be, see that camera and microphone work, and go on. */
export function lobby({ cast, driver, onJoin }: LobbyOptions) {
  let identity: string | null = recall('identity');
  const preview = capturePreview(driver);
  const gallery = identityGallery({ cast, selected: identity, onSelect: choose, onEnrol: enrol });
  const name = h('input', {
    name: 'name',
    required: true,
    maxlength: 64,
    autocomplete: 'nickname',
    placeholder: 'How others call you',
    value: recall('name') ?? '',
    'data-testid': 'name',
  });
  const room = h('input', {
    name: 'room',
    required: true,
    maxlength: 64,
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
    value: roomOf(location.hash) ?? inventRoom(Math.random),
    'data-testid': 'room',
    on: { change: settleRoom },
  });
  const join = h(
    'button',
    { class: 'button button-primary button-large', type: 'submit', 'data-testid': 'join' },
    'Join the call',
  );
  let joining: AbortController | null = null;
  const full = houseFull({ onLeave: () => joining?.abort() });
  const why = h('p', { class: 'fine', id: 'join-why', role: 'status', 'data-testid': 'join-hint' });
  join.setAttribute('aria-describedby', why.id);
  const form = h(
    'form',
    { class: 'join-form', on: { submit: (event) => void submit(event) } },
    h('label', { class: 'field' }, h('span', {}, 'Your name in the call'), name),
    h('label', { class: 'field' }, h('span', {}, 'Room'), room),
    h(
      'button',
      {
        class: 'button',
        type: 'button',
        'data-testid': 'copy-invite',
        on: { click: () => void copyInvite() },
      },
      'Copy invite link',
    ),
    join,
    why,
  );
  const element = h(
    'div',
    { class: 'lobby', 'data-testid': 'lobby' },
    h(
      'div',
      { class: 'lobby-title' },
      h('h1', {}, 'Go on as someone else.'),
      h(
        'p',
        { class: 'lead' },
        'A video call in which you are seen as the face you choose. It does what yours does, live, and yours stays backstage.',
      ),
    ),
    h(
      'section',
      { class: 'lobby-mirror', 'aria-labelledby': 'mirror-title' },
      h('h2', { id: 'mirror-title' }, 'Your mirror'),
      preview.element,
    ),
    h(
      'section',
      { class: 'lobby-cast', 'aria-labelledby': 'cast-title' },
      h('h2', { id: 'cast-title' }, 'The cast'),
      gallery.element,
    ),
    h(
      'section',
      { class: 'lobby-door', 'aria-labelledby': 'door-title' },
      h('h2', { id: 'door-title', class: 'visually-hidden' }, 'Stage door'),
      full.element,
      form,
    ),
  );
  const stops = [driver.on('change', update), cast.on('change', update)];
  const onHash = () => {
    room.value = roomOf(location.hash) ?? room.value;
  };
  globalThis.addEventListener('hashchange', onHash);
  settleRoom();
  update();
  return {
    element,
    dispose(): void {
      globalThis.removeEventListener('hashchange', onHash);
      for (const stop of stops) stop();
      preview.dispose();
      gallery.dispose();
    },
  };

  function choose(id: string): void {
    identity = id;
    remember('identity', id);
    update();
  }

  /** What stands between the person and the call, in the order of the page. */
  function missing(): string | null {
    if (cast.state.kind !== 'ready') return 'Waiting for the cast…';
    if (driver.state.kind === 'opening') return 'Waiting for your picture…';
    const known = cast.state.identities.some(({ id }) => id === identity);
    if (driver.state.kind !== 'live' && !known)
      return 'Turn on your camera and choose a face to go on.';
    if (driver.state.kind !== 'live') return 'Turn on your camera, or use the sample actor.';
    return known ? null : 'Choose a face from the cast.';
  }

  function update(): void {
    if (cast.state.kind === 'ready') {
      const { identities } = cast.state;
      if (!identities.some(({ id }) => id === identity)) identity = identities[0]?.id ?? null;
      if (identity !== null) gallery.select(identity);
    }
    const reason = missing();
    join.toggleAttribute('aria-disabled', reason !== null);
    why.textContent = reason ?? (identity ? `You will be seen as ${cast.nameOf(identity)}.` : '');
  }

  function settleRoom(): void {
    room.value = roomName(room.value) || inventRoom(Math.random);
    history.replaceState(null, '', `#room=${room.value}`);
  }

  async function copyInvite(): Promise<void> {
    settleRoom();
    const link = inviteLink(location.href, room.value);
    try {
      await navigator.clipboard.writeText(link);
      toast('The invite link is on your clipboard.');
    } catch {
      toast(`Copy this link: ${link}`);
    }
  }

  function enrol(): void {
    openEnrolment({
      cast,
      onEnrolled: ({ id }) => {
        choose(id);
        gallery.reveal();
      },
    });
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    settleRoom();
    const reason = missing();
    if (reason !== null || identity === null) {
      toast(reason ?? 'Choose a face from the cast.', 'error');
      return;
    }
    remember('name', name.value.trim());
    join.disabled = true;
    join.textContent = 'Going on…';
    full.hide();
    joining = new AbortController();
    const { signal } = joining;
    const request = { room: room.value, name: name.value.trim() || 'Guest', identity };
    const onQueued = (place: QueuePlace) => {
      join.textContent = 'Waiting…';
      full.waiting(place);
    };
    try {
      await onJoin(request, { signal, onQueued });
    } catch (error) {
      full.hide();
      const code = error instanceof ClientError ? error.code : undefined;
      if (error instanceof ClientError && code === 'over_capacity') full.refused(error);
      else if (code !== 'aborted') toast(sentence(error), 'error');
    } finally {
      join.disabled = false;
      join.textContent = 'Join the call';
    }
  }
}
