import { h } from '../element.ts';
import { icon } from '../icon.ts';
import { SoundLevel } from '../sound-level.io.ts';

/** A meter moves smoothly at this rate and costs next to nothing. */
const REFRESH_MS = 50;

/** A bar that moves with the voice, so that a dead microphone is noticed before the call. */
export function micMeter() {
  const bar = h('meter', {
    min: 0,
    max: 1,
    low: 0.15,
    value: 0,
    'aria-label': 'Microphone level',
    'data-testid': 'mic-level',
  });
  const label = h('span', { class: 'fine' }, 'No microphone');
  let level: SoundLevel | null = null;
  const timer = setInterval(() => {
    if (level) bar.value = Math.max(level.read(), bar.value * 0.85);
  }, REFRESH_MS);
  return {
    element: h('div', { class: 'mic-meter' }, icon('mic'), bar, label),
    listen(track: MediaStreamTrack | null): void {
      level?.close();
      level = track ? new SoundLevel(track) : null;
      bar.value = 0;
      label.textContent = track ? 'Say something' : 'No microphone';
    },
    dispose(): void {
      clearInterval(timer);
      level?.close();
    },
  };
}
