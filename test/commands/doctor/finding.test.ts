import { describe, expect, it } from 'vitest';
import {
  type Check,
  examine,
  exitCode,
  type Finding,
  findingsText,
} from '../../../src/commands/doctor/finding.ts';

const ok: Finding = { status: 'ok', name: 'Node.js', found: '24' };
const warn: Finding = { status: 'warn', name: 'Codecs', found: 'wasm', advice: 'install it' };
const fail: Finding = { status: 'fail', name: 'Port', found: 'taken', advice: 'another' };

describe('examine', () => {
  it('runs the checks in turn and names what they find', async () => {
    const order: string[] = [];
    const check = (name: string): Check => ({
      name,
      async run() {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return { status: 'ok', found: name };
      },
    });
    const findings = await examine([check('a'), check('b')]);
    expect(findings.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('makes a failure of what a check throws, and goes on', async () => {
    const findings = await examine([
      {
        name: 'broken',
        run: async () => {
          throw new Error('what went wrong');
        },
      },
      { name: 'sound', run: async () => ({ status: 'ok', found: 'it' }) },
    ]);
    expect(findings).toEqual([
      { name: 'broken', status: 'fail', found: 'what went wrong' },
      { name: 'sound', status: 'ok', found: 'it' },
    ]);
  });
});

describe('exitCode', () => {
  it('is 1 only where something failed', () => {
    expect(exitCode([ok, warn])).toBe(0);
    expect(exitCode([ok, fail, warn])).toBe(1);
  });
});

describe('findingsText', () => {
  it('gives a line a finding, with advice below, and no colour unless asked', () => {
    expect(findingsText([ok, warn, fail], false).split('\n')).toEqual([
      '✓ Node.js  24',
      '! Codecs   wasm',
      '           → install it',
      '✗ Port     taken',
      '           → another',
      '',
      '1 of 3 checks failed: see what to do above.',
    ]);
    expect(findingsText([ok], true)).toContain('\u001b[32m✓\u001b[0m');
  });

  it('sums up what could be better, and what is ready', () => {
    expect(findingsText([ok, warn], false)).toMatch(
      /Ready to run; 1 of 2 checks could be better\.$/,
    );
    expect(findingsText([ok], false)).toMatch(/Everything is ready to run\.$/);
  });
});
