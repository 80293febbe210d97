import type { AvatarSession } from '../../sdk/index.ts';
import { banner } from '../banner.ts';
import type { Cast } from '../cast.ts';
import type { Driver, DriverState } from '../driver.io.ts';
import { fill, h } from '../element.ts';
import { openEnrolment } from '../enrolment/enrolment-dialog.ts';
import { type IconName, icon } from '../icon.ts';
import { identityGallery } from '../identity-gallery.ts';
import { capturePreview } from '../lobby/capture-preview.ts';
import { livePanel } from '../panel/live-panel.ts';
import { remember } from '../preferences.io.ts';
import { inviteLink } from '../room-link.ts';
import { listenForShortcuts, openShortcutHelp, type Shortcut } from '../shortcuts.ts';
import { sentence, toast } from '../toast.ts';
import { motionSettings } from './motion-settings.ts';
import { stage } from './stage.ts';

/** "Back again" is good news that need not stay. */
const GOOD_NEWS_MS = 4_000;

interface CallOptions {
  readonly session: AvatarSession;
  readonly cast: Cast;
  readonly driver: Driver;
  readonly room: string;
}

/** The call: everyone's avatars, what one can do, and what it costs. */
export function callView({ session, cast, driver, room }: CallOptions) {
  const people = stage(session, (identity) => cast.nameOf(identity));
  const strip = identityGallery({
    cast,
    strip: true,
    selected: session.identity,
    onSelect: (id) => void change(id),
    onEnrol: enrol,
  });
  const panel = livePanel(session);
  const mirror = capturePreview(driver);
  const side = h(
    'aside',
    {
      class: 'backstage',
      'aria-label': 'Backstage',
      id: 'backstage',
      hidden: true,
      'data-testid': 'panel',
    },
    panel.element,
    motionSettings(session),
    h(
      'section',
      { class: 'motion', 'aria-label': 'Your mirror' },
      h('h3', {}, 'Your mirror'),
      mirror.element,
    ),
  );
  const wardrobe = h('div', { class: 'wardrobe', id: 'wardrobe' }, strip.element);

  const mic = control('mic', 'Mute microphone', 'M', toggleMic, 'toggle-mic');
  const camera = control('camera', 'Turn camera off', 'V', toggleCamera, 'toggle-camera');
  const faces = control('mask', 'Change face', 'F', toggleFaces, 'toggle-faces');
  const backstage = control('gauge', 'Backstage', 'B', toggleBackstage, 'toggle-panel');
  const invite = control('link', 'Copy invite link', 'I', () => void copyInvite(), 'invite');
  const help = control(
    'help',
    'Keyboard shortcuts',
    '?',
    () => openShortcutHelp(shortcuts),
    'help',
  );
  const leave = control('leave', 'Leave', 'L', () => session.leave(), 'leave');
  leave.classList.add('control-leave');
  faces.setAttribute('aria-controls', wardrobe.id);
  faces.setAttribute('aria-expanded', 'true');
  backstage.setAttribute('aria-controls', side.id);
  backstage.setAttribute('aria-expanded', 'false');

  const shortcuts: readonly Shortcut[] = [
    { key: 'm', does: 'Microphone on or off', run: toggleMic },
    { key: 'v', does: 'Camera on or off', run: toggleCamera },
    { key: 'f', does: 'Show or hide the faces', run: toggleFaces },
    { key: 'b', does: 'Show or hide backstage: latency, frames, motion', run: toggleBackstage },
    { key: 'i', does: 'Copy the invite link', run: () => void copyInvite() },
    { key: 'l', does: 'Leave the call', run: () => session.leave() },
    { key: '?', does: 'This help', run: () => openShortcutHelp(shortcuts) },
  ];
  const element = h(
    'div',
    { class: 'call', 'data-testid': 'call' },
    h('h1', { class: 'visually-hidden' }, `Call in room ${room}`),
    h('div', { class: 'call-body' }, people.element, side),
    wardrobe,
    h(
      'div',
      { class: 'controls', role: 'toolbar', 'aria-label': 'Call' },
      mic,
      camera,
      faces,
      backstage,
      invite,
      help,
      leave,
    ),
  );
  const stops = [
    listenForShortcuts(shortcuts),
    cast.on('change', () => people.refresh()),
    session.on('participant-joined', ({ identity }) => cast.meet(identity)),
    session.on('participant-changed', ({ identity }) => cast.meet(identity)),
    driver.on('change', (state) => void drive(state)),
    session.on('identity-changed', ({ identity }) => strip.select(identity)),
    session.on('error', (error) => {
      toast(sentence(error), 'error');
      if (error.code === 'identity_deleted') void cast.load();
    }),
    session.on('warning', (warning) => console.info('understudy:', warning.message)),
    session.on('reconnecting', () => banner('The connection is lost. Reconnecting…')),
    session.on('reconnected', () => {
      banner('Back again.', 'good');
      setTimeout(() => banner(null), GOOD_NEWS_MS);
    }),
  ];
  return {
    element,
    dispose(): void {
      banner(null);
      for (const stop of stops) stop();
      panel.dispose();
      mirror.dispose();
      strip.dispose();
      people.dispose();
    },
  };

  function toggleMic(): void {
    const audio = !session.muted.audio;
    session.mute({ audio });
    relabel(mic, audio ? 'mic-off' : 'mic', audio ? 'Unmute microphone' : 'Mute microphone', audio);
  }

  function toggleCamera(): void {
    const video = !session.muted.video;
    session.mute({ video });
    relabel(
      camera,
      video ? 'camera-off' : 'camera',
      video ? 'Turn camera on' : 'Turn camera off',
      video,
    );
  }

  function toggleFaces(): void {
    wardrobe.hidden = !wardrobe.hidden;
    faces.setAttribute('aria-expanded', String(!wardrobe.hidden));
  }

  function toggleBackstage(): void {
    side.hidden = !side.hidden;
    backstage.setAttribute('aria-expanded', String(!side.hidden));
  }

  /** The camera was changed, or is gone: the call goes on with what there is. */
  async function drive(state: DriverState): Promise<void> {
    if (state.kind === 'off') toast('The camera has stopped. Backstage has others.', 'error');
    if (state.kind === 'failed') toast(sentence(state.error), 'error');
    if (state.kind !== 'live') return;
    try {
      await session.replaceCamera(state.stream);
    } catch (error) {
      toast(sentence(error), 'error');
    }
  }

  async function change(identity: string): Promise<void> {
    strip.element.setAttribute('aria-busy', 'true');
    try {
      await session.switchIdentity(identity);
      remember('identity', identity);
    } catch (error) {
      toast(sentence(error), 'error');
      strip.select(session.identity);
    } finally {
      strip.element.removeAttribute('aria-busy');
    }
  }

  function enrol(): void {
    openEnrolment({
      cast,
      onEnrolled: ({ id }) => void change(id).then(() => strip.select(session.identity)),
    });
  }

  async function copyInvite(): Promise<void> {
    const link = inviteLink(location.href, room);
    try {
      await navigator.clipboard.writeText(link);
      toast('The invite link is on your clipboard.');
    } catch {
      toast(`Copy this link: ${link}`);
    }
  }
}

function control(
  name: IconName,
  label: string,
  key: string,
  run: () => void,
  testid: string,
): HTMLButtonElement {
  const button = h('button', {
    class: 'control',
    type: 'button',
    'data-testid': testid,
    'aria-keyshortcuts': key,
    on: { click: run },
  });
  relabel(button, name, label);
  button.title = `${label} (${key})`;
  return button;
}

function relabel(button: HTMLButtonElement, name: IconName, label: string, off = false): void {
  button.classList.toggle('control-off', off);
  button.setAttribute('aria-label', label);
  fill(button, icon(name), h('span', { class: 'control-label', 'aria-hidden': 'true' }, label));
}
