import { describe, expect, it } from 'vitest';
import { assignTracks } from '../../../src/client/sdk/track-assignment.ts';

const sections = [
  { mid: '0', receiving: false, track: 'own camera' },
  { mid: '1', receiving: true, track: 'ada video' },
  { mid: '2', receiving: true, track: 'ada audio' },
  { mid: null, receiving: true, track: 'not negotiated' },
];

describe('assigning tracks', () => {
  it('gives each participant the tracks of the sections named for them', () => {
    const assigned = assignTracks(
      [
        { mid: '1', participant: 'ada', kind: 'video' },
        { mid: '2', participant: 'ada', kind: 'audio' },
      ],
      sections,
    );
    expect([...assigned]).toEqual([['ada', ['ada video', 'ada audio']]]);
  });

  it('leaves out sections that receive nothing or are not there', () => {
    const list = ['0', '9'].map((mid) => ({ mid, participant: 'ada', kind: 'video' as const }));
    expect(assignTracks(list, sections).size).toBe(0);
  });

  it('gives a recycled section to whom the newest list names', () => {
    const assigned = assignTracks([{ mid: '1', participant: 'bruno', kind: 'video' }], sections);
    expect([...assigned.keys()]).toEqual(['bruno']);
  });
});
