import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/sdk/client-error.ts';
import { DEFAULTS, resolveOptions, signalingUrl } from '../../../src/client/sdk/options.ts';

const valid = { url: 'https://example.test/', room: 'friday', identity: 'ada', name: 'Robin' };

function refusalOf(change: object): ClientError {
  try {
    resolveOptions({ ...valid, ...change });
  } catch (error) {
    if (error instanceof ClientError) return error;
  }
  throw new Error('was accepted');
}

describe('options', () => {
  it('get their defaults', () => {
    expect(resolveOptions(valid)).toMatchObject({
      camera: DEFAULTS.camera,
      iceTransportPolicy: 'all',
      giveUpAfter: 300_000,
    });
  });

  it('are refused with the name, the bad value and the valid ones', () => {
    for (const [option, value] of [
      ['room', 'Friday!'],
      ['identity', '../ada'],
      ['name', '  '],
      ['motion', 'wild'],
      ['smoothing', 1.5],
      ['iceTransportPolicy', 'direct'],
      ['giveUpAfter', Number.NaN],
      ['url', 'example.test'],
    ] as const) {
      const error = refusalOf({ [option]: value });
      expect(error.code).toBe('invalid_option');
      expect(error.message).toContain(`"${option}"`);
      expect(error.valid).toBeTypeOf('string');
    }
  });

  it('lead to the signaling socket of the same host, secure where the page is', () => {
    expect(signalingUrl(new URL('https://example.test/a?b')).href).toBe(
      'wss://example.test/signaling',
    );
    expect(signalingUrl(new URL('http://localhost:8080')).href).toBe(
      'ws://localhost:8080/signaling',
    );
  });
});
