import type { Participant } from '../../signaling/protocol.ts';

export interface RosterChange {
  readonly left: readonly Participant[];
  readonly joined: readonly Participant[];
  readonly changed: readonly Participant[];
}

/**
 * What happened in a room between two lists of its participants: needed after a reconnection, when
 * the server tells who is there now and not who came and went meanwhile.
 */
export function compareRosters(
  before: readonly Participant[],
  now: readonly Participant[],
): RosterChange {
  const previous = new Map(before.map((participant) => [participant.id, participant]));
  const present = new Set(now.map((participant) => participant.id));
  const joined: Participant[] = [];
  const changed: Participant[] = [];
  for (const participant of now) {
    const earlier = previous.get(participant.id);
    if (!earlier) joined.push(participant);
    else if (!equal(earlier, participant)) changed.push(participant);
  }
  return { left: before.filter(({ id }) => !present.has(id)), joined, changed };
}

function equal(a: Participant, b: Participant): boolean {
  return (
    a.name === b.name &&
    a.identity === b.identity &&
    a.muted.audio === b.muted.audio &&
    a.muted.video === b.muted.video
  );
}
