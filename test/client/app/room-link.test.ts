import { describe, expect, it } from 'vitest';
import { inventRoom, inviteLink, roomName, roomOf } from '../../../src/client/app/room-link.ts';
import { idSchema } from '../../../src/signaling/protocol.ts';

describe('room links', () => {
  it('lead back to their room', () => {
    const link = inviteLink('https://example.test/?test#room=old', 'friday-call');
    expect(link).toBe('https://example.test/#room=friday-call');
    expect(roomOf(new URL(link).hash)).toBe('friday-call');
  });

  it('with a room that the server would refuse name none', () => {
    for (const fragment of [
      '',
      '#',
      '#room=',
      '#room=Friday',
      '#room=a%2Fb',
      `#room=${'a'.repeat(65)}`,
    ]) {
      expect(roomOf(fragment)).toBeNull();
    }
  });

  it('are made from what a person types', () => {
    expect(roomName('  Friday Call! ')).toBe('friday-call');
    expect(roomName('Réunion d’équipe')).toBe('reunion-d-equipe');
    expect(roomName('!!!')).toBe('');
    expect(roomName('x'.repeat(99))).toHaveLength(64);
  });

  it('are invented valid, whatever chance says', () => {
    for (const chance of [0, 0.5, 1 - 1e-12]) {
      expect(idSchema.safeParse(inventRoom(() => chance)).success).toBe(true);
    }
  });
});
