import { type Milli, monotonicClock } from '../../../time.ts';
import type { AvatarState, RoomParticipant } from '../../sdk/index.ts';
import { h } from '../element.ts';
import { icon } from '../icon.ts';
import { SoundLevel } from '../sound-level.io.ts';
import { hear, SILENT } from './speaking.ts';

/** Often enough for the ring to start with the first syllable. */
const LISTEN_MS: Milli = 100;

const STATES: Readonly<Record<AvatarState, string>> = {
  preparing: 'Getting into costume…',
  live: '',
  'face-lost': 'Your face is out of sight: the avatar holds still',
  idle: 'No face for a while: the avatar idles',
  recovering: 'One moment…',
};

/** One participant on stage: the avatar, who plays it, and whether they speak. */
export function tile(first: RoomParticipant, nameOf: (identity: string) => string) {
  let participant = first;
  const video = h('video', { autoplay: true, playsinline: true });
  video.muted = first.self;
  video.srcObject = first.stream;
  const waiting = h(
    'div',
    { class: 'tile-wait' },
    h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    h('span', {}, 'Getting into costume…'),
  );
  const state = h('p', {
    class: 'tile-state',
    role: 'status',
    hidden: true,
    'data-testid': 'avatar-state',
  });
  const name = h('span', { class: 'tile-name' });
  const role = h('span', { class: 'tile-role' });
  const micOff = h(
    'span',
    { class: 'tile-flag', role: 'img', 'aria-label': 'Microphone off', 'data-testid': 'muted' },
    icon('mic-off'),
  );
  const camOff = h(
    'span',
    { class: 'tile-flag', role: 'img', 'aria-label': 'Camera off' },
    icon('camera-off'),
  );
  const badge = h(
    'span',
    {
      class: 'tile-badge',
      title: 'This picture is generated: it is not what a camera sees.',
      'data-testid': 'synthetic',
    },
    icon('mask'),
    'avatar',
  );
  const blocked = h(
    'button',
    { class: 'button tile-play', type: 'button', hidden: true, on: { click: () => void play() } },
    icon('play'),
    'Play',
  );
  const element = h(
    'article',
    {
      class: 'tile',
      'data-testid': first.self ? 'tile-self' : 'tile',
      'data-participant': first.id,
    },
    video,
    waiting,
    badge,
    state,
    blocked,
    h(
      'div',
      { class: 'tile-plate' },
      h('div', { class: 'tile-names' }, name, role),
      micOff,
      camOff,
    ),
  );
  let level: SoundLevel | null = null;
  let heardTrack: MediaStreamTrack | null = null;
  let speaking = SILENT;
  const timer = setInterval(() => {
    speaking = hear(speaking, level?.read() ?? 0, monotonicClock());
    element.classList.toggle('tile-speaking', speaking.speaking && !participant.muted.audio);
  }, LISTEN_MS);
  video.addEventListener('resize', showPicture);
  video.addEventListener('playing', showPicture);
  update(first);
  return { element, update, setAvatar, dispose };

  function update(next: RoomParticipant): void {
    participant = next;
    name.textContent = next.self ? `${next.name} (you)` : next.name;
    role.textContent = `as ${nameOf(next.identity)}`;
    element.setAttribute('aria-label', `${name.textContent} ${role.textContent}`);
    video.setAttribute('aria-label', `Avatar of ${next.name}`);
    micOff.hidden = !next.muted.audio;
    camOff.hidden = !next.muted.video;
    listen(next.stream.getAudioTracks()[0] ?? null);
    // An element keeps showing a removed track's last frame: attach anew when the tracks changed.
    if (video.srcObject !== next.stream) video.srcObject = next.stream;
    void play();
    showPicture();
  }

  async function play(): Promise<void> {
    try {
      await video.play();
      blocked.hidden = true;
    } catch (error) {
      // Anything else is a newer stream taking this one's place; that one plays itself.
      blocked.hidden = !(error instanceof DOMException && error.name === 'NotAllowedError');
    }
  }

  function setAvatar(avatar: AvatarState): void {
    state.textContent = STATES[avatar];
    state.hidden = STATES[avatar] === '';
  }

  function showPicture(): void {
    waiting.hidden = video.videoWidth > 0 && participant.stream.getVideoTracks().length > 0;
  }

  function listen(track: MediaStreamTrack | null): void {
    if (track === heardTrack) return;
    level?.close();
    heardTrack = track;
    level = track ? new SoundLevel(track) : null;
  }

  function dispose(): void {
    clearInterval(timer);
    level?.close();
    video.srcObject = null;
    element.remove();
  }
}
