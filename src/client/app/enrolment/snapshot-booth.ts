import { type Capture, openCapture } from '../../sdk/index.ts';
import { fill, h } from '../element.ts';
import { icon } from '../icon.ts';
import { sentence } from '../toast.ts';
import { takeSnapshot } from './picture.io.ts';

/** What the examples should show between them, so that nothing has to be invented later. */
const POSES = [
  { name: 'neutral', ask: 'Look straight into the camera, mouth closed.' },
  { name: 'mouth-open', ask: 'Open your mouth so that your teeth show.' },
  { name: 'left', ask: 'Turn your head a little to the left.' },
  { name: 'right', ask: 'Turn your head a little to the right.' },
] as const;

/** The webcam as a source of pictures: asks for one pose after the other. */
export function snapshotBooth(server: URL, onSnapshot: (file: File) => void) {
  const video = h('video', {
    autoplay: true,
    playsinline: true,
    class: 'mirrored',
    'aria-label': 'Camera',
  });
  video.muted = true;
  const ask = h('p', { class: 'booth-ask', role: 'status', 'data-testid': 'booth-ask' });
  const steps = h('ol', { class: 'booth-steps' });
  const shutter = h(
    'button',
    {
      class: 'button button-primary',
      type: 'button',
      'data-testid': 'shutter',
      on: { click: () => void shoot() },
    },
    icon('camera'),
    'Take the picture',
  );
  const frame = h(
    'div',
    { class: 'booth-frame' },
    video,
    h('span', { class: 'booth-oval', 'aria-hidden': 'true' }),
  );
  const element = h(
    'div',
    { class: 'booth', hidden: true, 'data-testid': 'booth' },
    frame,
    steps,
    ask,
    shutter,
  );
  let capture: Capture | null = null;
  let step = 0;
  let closed = false;
  return { element, open, close };

  async function open(): Promise<void> {
    if (capture) return;
    element.hidden = false;
    ask.textContent = 'Opening the camera…';
    shutter.disabled = true;
    try {
      capture = await openCapture(
        { video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false },
        undefined,
        server,
      );
    } catch (error) {
      ask.textContent = sentence(error);
      return;
    }
    if (closed) {
      close();
      return;
    }
    video.srcObject = new MediaStream(capture.video ? [capture.video] : []);
    shutter.disabled = false;
    show();
  }

  function close(): void {
    closed = true;
    capture?.release();
    capture = null;
    video.srcObject = null;
  }

  function show(): void {
    fill(
      steps,
      ...POSES.map(({ name }, index) =>
        h(
          'li',
          {
            class: index < step ? 'done' : index === step ? 'now' : '',
            'aria-current': index === step && 'step',
          },
          name.replace('-', ' '),
        ),
      ),
    );
    ask.textContent = POSES[step]?.ask ?? 'All four are there. Take more if you like.';
  }

  async function shoot(): Promise<void> {
    const file = await takeSnapshot(video, `${POSES[step]?.name ?? `extra-${step}`}.png`);
    if (!file) return;
    onSnapshot(file);
    step++;
    show();
  }
}
