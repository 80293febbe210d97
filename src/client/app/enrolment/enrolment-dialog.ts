import { EnrolmentError, type IdentitySummary } from '../../sdk/index.ts';
import type { Cast } from '../cast.ts';
import { openDialog } from '../dialog.ts';
import { fill, h } from '../element.ts';
import { icon } from '../icon.ts';
import { sentence, toast } from '../toast.ts';
import { consentField } from './consent-field.ts';
import { inspectPicture } from './picture.io.ts';
import { MAX_PICTURES, pictureList } from './picture-list.ts';
import { snapshotBooth } from './snapshot-booth.ts';

interface EnrolmentOptions {
  readonly cast: Cast;
  onEnrolled(identity: IdentitySummary): void;
}

/** Makes an identity of pictures: files chosen or dropped, or taken with the webcam. */
export function openEnrolment({ cast, onEnrolled }: EnrolmentOptions): void {
  const list = pictureList(update);
  const consent = consentField(update);
  const booth = snapshotBooth(new URL(location.href), (file) => void add([file]));
  const stopping = new AbortController();
  let busy = false;

  const name = h('input', {
    name: 'identity-name',
    required: true,
    maxlength: 64,
    autocomplete: 'off',
    placeholder: 'What the cast card will say',
    'data-testid': 'enrol-name',
    on: { input: update },
  });
  const files = h('input', {
    type: 'file',
    accept: 'image/jpeg,image/png,image/webp',
    multiple: true,
    class: 'visually-hidden',
    'data-testid': 'enrol-files',
    on: {
      change: () => {
        void add([...(files.files ?? [])]);
        files.value = '';
      },
    },
  });
  const drop = h(
    'div',
    { class: 'drop', 'data-testid': 'drop', on: { dragover: over, dragleave: out, drop: dropped } },
    h(
      'p',
      {},
      h('strong', {}, 'Drop 1–8 pictures of one face here'),
      ' (JPEG, PNG or WebP, up to 16 megapixels)',
    ),
    h(
      'div',
      { class: 'drop-actions' },
      h('label', { class: 'button' }, files, icon('picture'), 'Choose files'),
      h(
        'button',
        {
          class: 'button',
          type: 'button',
          'data-testid': 'open-booth',
          on: { click: () => void booth.open() },
        },
        icon('camera'),
        'Use the webcam',
      ),
    ),
    h(
      'p',
      { class: 'fine' },
      'One is enough. Best are four: neutral, mouth open with teeth, a little left, a little right, in even light.',
    ),
  );
  const problem = h('p', { class: 'form-problem', role: 'alert', 'data-testid': 'enrol-problem' });
  const progress = h('div', {
    class: 'enrol-progress',
    role: 'status',
    'data-testid': 'enrol-progress',
  });
  const submit = h(
    'button',
    { class: 'button button-primary', type: 'submit', 'data-testid': 'enrol-submit' },
    'Add to the cast',
  );
  const form = h(
    'form',
    { class: 'enrolment', on: { submit: (event) => void send(event) } },
    drop,
    booth.element,
    list.element,
    h('label', { class: 'field' }, h('span', {}, 'Name'), name),
    consent.element,
    h('div', { class: 'dialog-actions' }, problem, progress, submit),
  );
  const dialog = openDialog('Add someone to the cast', [form], {
    testid: 'enrolment',
    onClose: () => {
      stopping.abort();
      booth.close();
      list.clear();
    },
  });
  update();

  async function add(added: readonly File[]): Promise<void> {
    problem.textContent = '';
    const overflow = list.add(await Promise.all(added.map(inspectPicture)));
    if (overflow > 0)
      problem.textContent = `At most ${MAX_PICTURES} pictures: ${overflow} left out.`;
  }

  function missing(): string | null {
    if (list.pictures.length === 0) return 'Add at least one picture.';
    if (list.pictures.some((picture) => picture.problem))
      return 'Remove the pictures that cannot be used.';
    if (name.value.trim() === '') return 'Give the identity a name.';
    return consent.consent ? null : 'Tick the statement about who is shown.';
  }

  function update(): void {
    const reason = missing();
    submit.toggleAttribute('aria-disabled', busy || reason !== null);
    submit.title = reason ?? '';
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const reason = missing();
    const given = consent.consent;
    if (busy || reason !== null || given === null) {
      problem.textContent = reason ?? '';
      return;
    }
    const sent = list.pictures;
    setBusy(
      `Sending ${sent.length === 1 ? 'the picture' : `${sent.length} pictures`} and learning the face…`,
    );
    try {
      const identity = await cast.enrol({
        name: name.value.trim(),
        pictures: sent.map(({ blob }) => blob),
        consent: given,
        signal: stopping.signal,
      });
      onEnrolled(identity);
      toast(`“${identity.name}” has joined the cast.`);
      dialog.close();
    } catch (error) {
      if (stopping.signal.aborted) return;
      const blamed = error instanceof EnrolmentError ? sent[error.picture ?? -1] : undefined;
      if (blamed) list.blame(blamed.id, sentence(error));
      problem.textContent = blamed
        ? 'One picture cannot be used; nothing was kept. Replace or remove it.'
        : sentence(error);
    } finally {
      setBusy(null);
    }
  }

  function setBusy(message: string | null): void {
    busy = message !== null;
    form.toggleAttribute('aria-busy', busy);
    fill(progress, busy && h('progress', { 'aria-label': 'Enrolling' }), message);
    update();
  }

  function over(event: DragEvent): void {
    event.preventDefault();
    drop.classList.add('drop-over');
  }

  function out(): void {
    drop.classList.remove('drop-over');
  }

  function dropped(event: DragEvent): void {
    event.preventDefault();
    out();
    void add([...(event.dataTransfer?.files ?? [])]);
  }
}
