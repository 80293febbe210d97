import type { Consent } from '../../sdk/index.ts';
import { h } from '../element.ts';

const STATEMENTS: Readonly<Record<Consent['subject'], string>> = {
  myself: 'I am the person in these pictures, and I agree to an avatar being made of me.',
  'someone-who-agreed':
    'The person in these pictures has agreed to an avatar being made of them and used by me.',
  'invented-character': 'These pictures show an invented character, and I may use them.',
};

const CHOICES: readonly { readonly subject: Consent['subject']; readonly label: string }[] = [
  { subject: 'myself', label: 'Me' },
  { subject: 'someone-who-agreed', label: 'Someone who agreed' },
  { subject: 'invented-character', label: 'An invented character' },
];

/** Who is shown, and the statement that is stored with the identity. */
export function consentField(onChange: () => void) {
  let subject: Consent['subject'] = 'myself';
  const statement = h('span', {}, STATEMENTS[subject]);
  const box = h('input', { type: 'checkbox', 'data-testid': 'consent', on: { change: onChange } });
  const element = h(
    'fieldset',
    { class: 'consent' },
    h('legend', {}, 'Who is in the pictures?'),
    h('div', { class: 'segments' }, ...CHOICES.map(choice)),
    h('label', { class: 'check' }, box, statement),
    h('p', { class: 'fine' }, 'This statement is kept with the identity for as long as it exists.'),
  );
  return {
    element,
    /** Null until the box is ticked. */
    get consent(): Consent | null {
      return box.checked ? { given: true, subject, statement: STATEMENTS[subject] } : null;
    },
  };

  function choice(option: (typeof CHOICES)[number]): HTMLElement {
    const radio = h('input', {
      type: 'radio',
      name: 'subject',
      value: option.subject,
      checked: option.subject === subject,
      'data-testid': `subject-${option.subject}`,
      on: {
        change: () => {
          subject = option.subject;
          statement.textContent = STATEMENTS[subject];
          // Another statement is another consent: it has to be given anew.
          box.checked = false;
          onChange();
        },
      },
    });
    return h('label', { class: 'segment' }, radio, h('span', {}, option.label));
  }
}
