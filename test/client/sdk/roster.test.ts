import { describe, expect, it } from 'vitest';
import { compareRosters } from '../../../src/client/sdk/roster.ts';
import type { Participant } from '../../../src/signaling/protocol.ts';

function participant(id: string, change: Partial<Participant> = {}): Participant {
  const muted = { audio: false, video: false };
  return { id, name: id, identity: 'ada', muted, synthetic: true, ...change };
}

describe('comparing rosters', () => {
  it('finds who left, who came and who changed', () => {
    const before = [participant('a'), participant('b'), participant('c')];
    const renamed = participant('c', { identity: 'bruno' });
    const change = compareRosters(before, [participant('a'), renamed, participant('d')]);
    expect(change.left.map(({ id }) => id)).toEqual(['b']);
    expect(change.joined.map(({ id }) => id)).toEqual(['d']);
    expect(change.changed).toEqual([renamed]);
  });

  it('sees a mute as a change, and an equal copy as none', () => {
    const muted = participant('a', { muted: { audio: true, video: false } });
    expect(compareRosters([participant('a')], [muted]).changed).toEqual([muted]);
    expect(compareRosters([participant('a')], [participant('a')])).toEqual({
      left: [],
      joined: [],
      changed: [],
    });
  });
});
