import type { ServerMessage } from '../../signaling/protocol.ts';

export type TrackList = Extract<ServerMessage, { type: 'tracks' }>['tracks'];

/** One section of the peer connection, as far as assigning its track goes. */
export interface Section<Track> {
  readonly mid: string | null;
  readonly receiving: boolean;
  readonly track: Track;
}

/**
 * Which tracks make up each participant's stream: the server's list says whose media stands in which
 * section, the peer connection which track a section has. A section that the list does not name, or
 * that receives nothing any more, belongs to nobody.
 */
export function assignTracks<Track>(
  list: TrackList,
  sections: readonly Section<Track>[],
): ReadonlyMap<string, readonly Track[]> {
  const byMid = new Map(sections.map((section) => [section.mid, section]));
  const assigned = new Map<string, Track[]>();
  for (const { mid, participant } of list) {
    const section = byMid.get(mid);
    if (!section?.receiving) continue;
    const tracks = assigned.get(participant) ?? [];
    tracks.push(section.track);
    assigned.set(participant, tracks);
  }
  return assigned;
}
