import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/sdk/client-error.ts';
import { parseServerMessage } from '../../../src/client/sdk/server-message.ts';

function codeOf(data: unknown): string {
  const parsed = parseServerMessage(data);
  return parsed instanceof ClientError ? parsed.code : 'fine';
}

describe('server messages', () => {
  it('are read when they keep to the protocol', () => {
    expect(parseServerMessage('{"type":"pong","at":1,"serverAt":2}')).toEqual({
      type: 'pong',
      at: 1,
      serverAt: 2,
    });
  });

  it('of an unknown type are told apart, so that newer servers do no harm', () => {
    expect(codeOf('{"type":"applause"}')).toBe('unknown_message');
    expect(codeOf('[]')).toBe('unknown_message');
    expect(codeOf('null')).toBe('unknown_message');
  });

  it('of a known type with a wrong body are told as invalid', () => {
    expect(codeOf('{"type":"participant-left","id":"../etc"}')).toBe('invalid_message');
  });

  it('that are no JSON, or no text, are told as such', () => {
    expect(codeOf('{')).toBe('malformed_json');
    expect(codeOf(new ArrayBuffer(3))).toBe('invalid_message');
  });
});
