import type { Participant } from './protocol.ts';
import { Refusal } from './refusal.ts';

export interface RoomLimits {
  /** The only rooms there are; empty: whoever joins a room opens it. */
  readonly rooms: readonly string[];
  readonly maxRooms: number;
  readonly maxRoomParticipants: number;
  readonly maxSessions: number;
}

interface Place {
  readonly room: string;
  participant: Participant;
  /** The others see only those who are present; a place is taken before that. */
  present: boolean;
}

/** Who is where: places, and nothing else. A room lives as long as somebody has a place in it. */
export class Rooms {
  readonly #limits: RoomLimits;
  readonly #places = new Map<string, Place>();
  readonly #rooms = new Map<string, Set<string>>();

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place, unseen by the others until {@link arrive}.
   * @throws Refusal `unknown_room`, `server_full`, `room_full`.
   */
  reserve(room: string, participant: Participant): void {
    const { rooms, maxRooms, maxRoomParticipants, maxSessions } = this.#limits;
    if (rooms.length > 0 && !rooms.includes(room)) {
      throw new Refusal('unknown_room', `There is no room ${room} here.`, { value: room });
    }
    if (this.#places.size >= maxSessions) {
      throw new Refusal('server_full', `All ${maxSessions} places of this server are taken.`);
    }
    const members = this.#rooms.get(room) ?? new Set();
    if (members.size >= maxRoomParticipants) {
      throw new Refusal('room_full', `All ${maxRoomParticipants} places of the room are taken.`);
    }
    if (members.size === 0 && this.#rooms.size >= maxRooms) {
      throw new Refusal('server_full', `All ${maxRooms} rooms of this server are in use.`);
    }
    this.#rooms.set(room, members.add(participant.id));
    this.#places.set(participant.id, { room, participant, present: false });
  }

  /** Shows a participant to the others. @returns those others. */
  arrive(id: string): readonly Participant[] {
    const place = this.#places.get(id);
    if (place !== undefined) place.present = true;
    return this.others(id);
  }

  /** Gives a place up. @returns whether the others had seen it, and who they are. */
  leave(id: string): { readonly present: boolean; readonly others: readonly Participant[] } {
    const place = this.#places.get(id);
    if (place === undefined) return { present: false, others: [] };
    const others = this.others(id);
    this.#places.delete(id);
    const members = this.#rooms.get(place.room);
    members?.delete(id);
    if (members?.size === 0) this.#rooms.delete(place.room);
    return { present: place.present, others };
  }

  /** @returns the participant as it is now; undefined when it has no place. */
  change(
    id: string,
    change: Partial<Pick<Participant, 'name' | 'identity' | 'muted'>>,
  ): Participant | undefined {
    const place = this.#places.get(id);
    if (place === undefined) return undefined;
    place.participant = { ...place.participant, ...change };
    return place.participant;
  }

  participant(id: string): Participant | undefined {
    return this.#places.get(id)?.participant;
  }

  roomOf(id: string): string | undefined {
    return this.#places.get(id)?.room;
  }

  /** Everyone else who is present in the same room. */
  others(id: string): readonly Participant[] {
    const room = this.#places.get(id)?.room;
    const members = room === undefined ? undefined : this.#rooms.get(room);
    return [...(members ?? [])]
      .filter((member) => member !== id)
      .map((member) => this.#places.get(member))
      .filter((place) => place?.present === true)
      .map((place) => place!.participant);
  }

  get counts(): { readonly rooms: number; readonly participants: number } {
    return { rooms: this.#rooms.size, participants: this.#places.size };
  }
}
