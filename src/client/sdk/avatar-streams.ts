/**
 * The streams of a room: one lasting MediaStream a participant, whose tracks are brought in line with
 * what the peer connection receives now.
 */
export class AvatarStreams {
  readonly #streams = new Map<string, MediaStream>();

  of(participant: string): MediaStream {
    const stream = this.#streams.get(participant) ?? new MediaStream();
    this.#streams.set(participant, stream);
    return stream;
  }

  /** Keeps a stream under a new id: one's own, when a restarted server gave another. */
  rename(from: string, to: string): void {
    const stream = this.#streams.get(from);
    if (!stream || from === to) return;
    this.#streams.delete(from);
    this.#streams.set(to, stream);
  }

  forget(participant: string): void {
    this.#streams.delete(participant);
  }

  /** Makes each participant's stream hold exactly its `assigned` tracks; returns whose changed. */
  assign(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): readonly string[] {
    const changed: string[] = [];
    for (const participant of new Set([...this.#streams.keys(), ...assigned.keys()])) {
      const stream = this.of(participant);
      const tracks = assigned.get(participant) ?? [];
      const stale = stream.getTracks().filter((track) => !tracks.includes(track));
      const fresh = tracks.filter((track) => !stream.getTrackById(track.id));
      for (const track of stale) stream.removeTrack(track);
      for (const track of fresh) stream.addTrack(track);
      if (stale.length + fresh.length > 0) changed.push(participant);
    }
    return changed;
  }
}
