import { describe, expect, it } from 'vitest';
import {
  type FacePresence,
  HOLD,
  NOBODY,
  nextPresence,
} from '../../../src/pipeline/pose/face-presence.ts';

describe('nextPresence', () => {
  it('idles until a face is seen', () => {
    expect(nextPresence(NOBODY, false, 5000).state).toBe('idle');
    expect(nextPresence(NOBODY, true, 5000)).toEqual({ state: 'driven', seen: 5000 });
  });

  it('holds a lost face, then idles', () => {
    let presence: FacePresence = { state: 'driven', seen: 1000 };
    presence = nextPresence(presence, false, 1033);
    expect(presence.state).toBe('held');
    presence = nextPresence(presence, false, 1000 + HOLD - 1);
    expect(presence.state).toBe('held');
    presence = nextPresence(presence, false, 1000 + HOLD);
    expect(presence.state).toBe('idle');
  });

  it('is driven again at once by a face that comes back', () => {
    const held = nextPresence({ state: 'driven', seen: 0 }, false, 100);
    expect(nextPresence(held, true, 200)).toEqual({ state: 'driven', seen: 200 });
  });
});
