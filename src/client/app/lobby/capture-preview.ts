import type { ClientError } from '../../sdk/index.ts';
import type { Driver, DriverState } from '../driver.io.ts';
import { fill, h } from '../element.ts';
import { icon } from '../icon.ts';
import { devicePicker } from './device-picker.ts';
import { micMeter } from './mic-meter.ts';

export interface CapturePreview {
  readonly element: HTMLElement;
  dispose(): void;
}

/** The mirror before the show: what the camera sees, what the microphone hears, and where both come from. */
export function capturePreview(driver: Driver): CapturePreview {
  const video = h('video', {
    autoplay: true,
    playsinline: true,
    'aria-label': 'Preview of your camera',
    'data-testid': 'preview',
  });
  video.muted = true;
  const cover = h('div', { class: 'mirror-cover', role: 'status', 'data-testid': 'preview-state' });
  const meter = micMeter();
  const picker = devicePicker(driver);
  const sample = h(
    'button',
    {
      class: 'button',
      type: 'button',
      title: 'Use the sample actor: a recorded person who plays for you',
      'data-testid': 'sample-actor',
      on: { click: () => void driver.openSampleActor() },
    },
    icon('play'),
    'Sample actor',
  );
  const camera = h(
    'button',
    {
      class: 'button',
      type: 'button',
      'data-testid': 'use-camera',
      on: { click: () => void driver.openCamera() },
    },
    icon('camera'),
    'My camera',
  );
  const element = h(
    'div',
    { class: 'mirror' },
    h('div', { class: 'mirror-glass' }, video, cover),
    meter.element,
    h('div', { class: 'mirror-sources' }, camera, sample),
    picker.element,
    h(
      'p',
      { class: 'fine' },
      'Your own picture goes to the server only. Nobody else ever receives it.',
    ),
  );
  const stop = driver.on('change', show);
  show(driver.state);
  return {
    element,
    dispose: () => {
      stop();
      meter.dispose();
      picker.dispose();
      video.srcObject = null;
    },
  };

  function show(state: DriverState): void {
    const live = state.kind === 'live';
    video.srcObject = live ? state.stream : null;
    video.classList.toggle('mirrored', live && state.source === 'camera');
    meter.listen(live ? (state.stream.getAudioTracks()[0] ?? null) : null);
    cover.hidden = live;
    sample.setAttribute('aria-pressed', String(live && state.source === 'sample-actor'));
    camera.setAttribute('aria-pressed', String(live && state.source === 'camera'));
    if (state.kind === 'off') {
      fill(
        cover,
        icon('camera'),
        h('p', {}, 'Your camera is off. Turn it on, or let the sample actor play.'),
      );
    } else if (state.kind === 'opening') {
      fill(
        cover,
        h('span', { class: 'spinner' }),
        h('p', {}, 'Opening… the browser may be asking you.'),
      );
    } else if (state.kind === 'failed') {
      fill(cover, icon('alert'), h('p', { 'data-testid': 'capture-error' }, advice(state.error)));
    }
  }
}

function advice(error: ClientError): string {
  switch (error.code) {
    case 'camera_denied':
      return 'The browser blocked the camera or microphone. Click the camera sign in the address bar, allow both, and try again. Or use the sample actor.';
    case 'camera_missing':
      return 'No camera or microphone was found. Plug one in and try again, or use the sample actor.';
    case 'insecure_context':
      return 'Browsers give the camera only to secure pages. Open this page over https, or as localhost on the server itself.';
    default:
      return error.message;
  }
}
