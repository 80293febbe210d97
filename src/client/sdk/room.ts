import type { Participant } from '../../signaling/protocol.ts';
import { AvatarStreams } from './avatar-streams.ts';
import { compareRosters } from './roster.ts';
import type { RoomParticipant } from './session-events.ts';

export type RoomEvent = {
  readonly event: 'participant-joined' | 'participant-left' | 'participant-changed';
  readonly participant: RoomParticipant;
};

/** Who is in the room, oneself first, with their streams; each change returns what to tell the page. */
export class Room {
  readonly #streams = new AvatarStreams();
  #you = '';
  #participants: readonly Participant[] = [];

  /** Oneself first, then in the order of their coming. */
  get participants(): readonly RoomParticipant[] {
    const all = this.#participants.map((participant) => this.#view(participant));
    return [...all.filter(({ self }) => self), ...all.filter(({ self }) => !self)];
  }

  get you(): Participant | undefined {
    return this.#participants.find(({ id }) => id === this.#you);
  }

  get ownStream(): MediaStream {
    return this.#streams.of(this.#you);
  }

  /** @param others as the server tells them; may name oneself too */
  enter(you: Participant, others: readonly Participant[]): readonly RoomEvent[] {
    const before = this.#participants.map((participant) =>
      participant.id === this.#you ? { ...participant, id: you.id } : participant,
    );
    this.#streams.rename(this.#you, you.id);
    this.#you = you.id;
    const now = [you, ...others.filter(({ id }) => id !== you.id)];
    const { left, joined, changed } = compareRosters(before, now);
    const departed = left.map((participant) => this.#told('participant-left', participant));
    for (const { id } of left) this.#streams.forget(id);
    this.#participants = now;
    return [
      ...departed,
      ...joined.map((participant) => this.#told('participant-joined', participant)),
      ...changed.map((participant) => this.#told('participant-changed', participant)),
    ];
  }

  put(participant: Participant): readonly RoomEvent[] {
    const others = this.#participants.filter(({ id }) => id !== this.#you);
    const known = others.some(({ id }) => id === participant.id);
    if (participant.id === this.#you) return this.enter(participant, others);
    const next = known
      ? others.map((other) => (other.id === participant.id ? participant : other))
      : [...others, participant];
    return this.you ? this.enter(this.you, next) : [];
  }

  remove(id: string): readonly RoomEvent[] {
    if (!this.you || id === this.#you) return [];
    return this.enter(
      this.you,
      this.#participants.filter((participant) => participant.id !== id),
    );
  }

  /** @returns the participants whose stream got other tracks */
  assign(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): readonly RoomParticipant[] {
    const changed = new Set(this.#streams.assign(assigned));
    return this.participants.filter(({ id }) => changed.has(id));
  }

  #told(event: RoomEvent['event'], participant: Participant): RoomEvent {
    return { event, participant: this.#view(participant) };
  }

  #view(participant: Participant): RoomParticipant {
    return {
      ...participant,
      self: participant.id === this.#you,
      stream: this.#streams.of(participant.id),
    };
  }
}
