import { CLOSE_CODES } from '../../src/signaling/protocol.ts';
import { REFUSALS } from '../../src/signaling/refusal.ts';
import { markdownTable } from './markdown-table.ts';

const CLOSE_MEANINGS: Readonly<Record<keyof typeof CLOSE_CODES, string>> = {
  left: 'You sent `leave`.',
  goingAway: 'The server ends. Connect again in a few seconds.',
  binaryMessage: 'You sent a binary frame.',
  policy: 'You were refused; the error before says why.',
  messageTooLarge:
    'You sent more than the limit. The error before is missing when it was far more.',
  internal: 'The server, or your media, failed.',
  tryAgainLater: 'There is no place now.',
  replaced: 'Another connection took your place with its resume token. Do not reconnect.',
};

/** Every error code, what it means, and what to do. */
export function errorTable(): string {
  const rows = Object.entries(REFUSALS).map(([code, { meaning, remedy, fatal, close }]) => [
    `\`${code}\``,
    meaning,
    remedy,
    fatal === 'always' ? 'yes' : 'sometimes',
    String(close),
  ]);
  return markdownTable(['Code', 'Meaning', 'What to do', 'Fatal', 'Closes with'], rows);
}

/** Every code with which the server closes. */
export function closeTable(): string {
  const rows = (Object.entries(CLOSE_CODES) as [keyof typeof CLOSE_CODES, number][]).map(
    ([name, code]) => [String(code), CLOSE_MEANINGS[name]],
  );
  return markdownTable(['Code', 'Meaning'], rows);
}
