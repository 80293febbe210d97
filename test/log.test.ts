import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';

function logInto(format: 'json' | 'text') {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    format,
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, lines };
}

describe('log', () => {
  it('writes one JSON object a line', () => {
    const { log, lines } = logInto('json');
    log.child({ participant: 'p-1' }).info({ ms: 3 }, 'joined');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      participant: 'p-1',
      ms: 3,
      msg: 'joined',
    });
  });

  it('writes text for people, with errors and their causes below', () => {
    const { log, lines } = logInto('text');
    const cause = new RangeError('inner');
    log.warn({ participant: 'p-1', err: new Error('outer', { cause }) }, 'it broke');
    expect(lines.join('')).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} warn {2}it broke participant=p-1\n {6}Error: outer\n(?:.*\n)* {6}RangeError: inner\n/,
    );
  });

  it('cuts out fields that would tell who somebody is', () => {
    const { log, lines } = logInto('json');
    const secret = 'Zenobia';
    log.info({ name: secret, join: { identity: secret, at: { sdp: secret } } }, 'slip');
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain(secret);
  });

  it.each([
    ['a quoted value', new Error("There is no identity 'zenobia'.")],
    [
      'the text that was no JSON',
      new SyntaxError('Unexpected token, "zenobia…" is not valid JSON'),
    ],
    ['a line of SDP', new Error('bad line\nm=video zenobia\na=zenobia')],
    ['a candidate', new Error('cannot use candidate:1 1 udp 1 zenobia.local 9 typ host')],
    ['the value of the error', new UnderstudyError('x', 'Bad.', { value: 'zenobia' })],
    ['a cause', new Error('Outer.', { cause: new Error('no such `zenobia`') })],
    ['what is no error', 'thrown "zenobia"'],
  ])('cuts %s out of errors', (_, error) => {
    const { log, lines } = logInto('json');
    log.error({ err: error }, 'it broke');
    expect(lines.join('')).toContain('it broke');
    expect(lines.join('')).not.toContain('zenobia');
  });

  it('keeps code and stack of an error', () => {
    const { log, lines } = logInto('json');
    log.error({ err: new UnderstudyError('disk_full', 'The disk is full.') }, 'it broke');
    const { err } = JSON.parse(lines[0] ?? '');
    expect(err).toMatchObject({ code: 'disk_full', message: 'The disk is full.' });
    expect(err.stack).toContain('log.test.ts');
  });
});
