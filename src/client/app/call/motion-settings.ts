import type { AvatarSession, MotionMode } from '../../sdk/index.ts';
import { h } from '../element.ts';
import { toast } from '../toast.ts';

/** What a server shows that was not set otherwise. */
const USUAL = Object.freeze({ motion: 'relative', smoothing: 0.5 });

/** How the driver's motion is carried over: mode, smoothing, and a new neutral. */
export function motionSettings(session: AvatarSession): HTMLElement {
  const { motion, smoothing } = { ...USUAL, ...session.motion };
  const slider = h('input', {
    type: 'range',
    min: 0,
    max: 1,
    step: 0.05,
    value: smoothing,
    'data-testid': 'smoothing',
    'aria-describedby': 'smoothing-hint',
    on: { change: () => session.setMotion({ smoothing: Number(slider.value) }) },
  });
  return h(
    'section',
    { class: 'motion', 'aria-labelledby': 'motion-title', 'data-testid': 'motion' },
    h('h3', { id: 'motion-title' }, 'Motion'),
    h(
      'div',
      { class: 'segments', role: 'radiogroup', 'aria-label': 'Motion mode' },
      mode('relative', 'Relative'),
      mode('absolute', 'Absolute'),
    ),
    h(
      'p',
      { class: 'fine' },
      'Relative keeps the head where the portrait has it; absolute follows your place in the picture too.',
    ),
    h('label', { class: 'field' }, h('span', {}, 'Smoothing'), slider),
    h(
      'div',
      { class: 'range-ends', id: 'smoothing-hint' },
      h('span', {}, 'snappy'),
      h('span', {}, 'smooth'),
    ),
    h(
      'button',
      {
        class: 'button',
        type: 'button',
        'data-testid': 'recalibrate',
        on: {
          click: () => {
            session.setMotion({ recalibrate: true });
            toast('Your face of this moment is the neutral one now.');
          },
        },
      },
      'Recalibrate',
    ),
  );

  function mode(value: MotionMode, label: string): HTMLElement {
    const radio = h('input', {
      type: 'radio',
      name: 'motion',
      value,
      checked: value === motion,
      'data-testid': `motion-${value}`,
      on: { change: () => session.setMotion({ motion: value }) },
    });
    return h('label', { class: 'segment' }, radio, h('span', {}, label));
  }
}
