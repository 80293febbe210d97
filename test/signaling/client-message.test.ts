import { describe, expect, it } from 'vitest';
import { parseClientMessage } from '../../src/signaling/client-message.ts';
import { Refusal } from '../../src/signaling/refusal.ts';

const JOIN = { type: 'join', version: 1, room: 'r', name: 'Ann', identity: 'ada' };

function refusalOf(message: unknown): Refusal {
  try {
    parseClientMessage(typeof message === 'string' ? message : JSON.stringify(message));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('a client message', () => {
  it('is read into its type', () => {
    expect(parseClientMessage(JSON.stringify(JOIN))).toEqual(JOIN);
  });

  it.each(['', '{', 'join', '{"type":"ping",}'])('is malformed as %j', (text) => {
    expect(refusalOf(text).code).toBe('malformed_json');
  });

  it.each(['null', '[]', '3', '"join"', '{}'])('is invalid as %s', (text) => {
    expect(refusalOf(text).code).toBe('invalid_message');
  });

  it('names the field that is wrong', () => {
    const refusal = refusalOf({ ...JOIN, room: 'Not A Room' });
    expect(refusal).toMatchObject({ code: 'invalid_message' });
    expect(refusal.message).toContain('room: must match ^[a-z0-9-]{1,64}$');
  });

  it('names a field that does not belong', () => {
    expect(refusalOf({ ...JOIN, rooom: 'x' }).message).toContain('rooom');
  });

  it('says which versions are spoken, even to a join of unknown shape', () => {
    const refusal = refusalOf({ type: 'join', version: 2, place: 'new field' });
    expect(refusal).toMatchObject({ code: 'wrong_version', value: 2, valid: [1] });
    expect(refusal.message).toContain('it speaks 1');
  });

  it('gives back the request that it was about', () => {
    const message = { type: 'identity', identity: 'Not An Id', request: 'r-1' };
    expect(refusalOf(message).request).toBe('r-1');
    expect(refusalOf({ ...message, request: 'x'.repeat(65) }).request).toBeUndefined();
  });

  it('has no name that would turn the page around or break its line', () => {
    expect(refusalOf({ ...JOIN, name: 'a\u202eb' }).message).toContain('name');
    expect(refusalOf({ ...JOIN, name: 'a\nb' }).message).toContain('name');
    expect(parseClientMessage(JSON.stringify({ ...JOIN, name: ' Zoë 👩‍🚀 ' }))).toMatchObject({
      name: 'Zoë 👩‍🚀',
    });
  });
});
