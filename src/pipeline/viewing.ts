import type { SectionOwner } from '../signaling/media-peer.ts';
import type { PeerConnection } from './accept/peer-connection.io.ts';
import type { Audience, Senders } from './audience.ts';
import type { VideoCodec } from './decode/video-decoder.ts';

/** Those who can be watched. */
export interface Cast {
  find(participant: string): { readonly audience: Audience } | undefined;
}

interface ViewingOptions {
  /** Who watches. */
  readonly id: string;
  readonly codecs: readonly VideoCodec[];
  readonly connection: Pick<PeerConnection, 'addVideoSender' | 'addAudioSender'>;
  readonly cast: Cast;
}

/** Whom one participant watches. Owns the senders through which it does, and closes them. */
export class Viewing {
  readonly #options: ViewingOptions;
  readonly #watched = new Map<string, Senders>();
  /** Whom to watch once the client has made its first offer. */
  readonly #awaited = new Set<string>();
  #begun = false;
  #closed = false;

  constructor(options: ViewingOptions) {
    this.#options = options;
  }

  /** The client has made an offer: sections of our own before its first would be taken for answers to it. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const participant of this.#awaited) this.watch(participant);
    this.#awaited.clear();
  }

  watch(participant: string): void {
    if (!this.#begun) {
      this.#awaited.add(participant);
      return;
    }
    const { id, cast, connection, codecs } = this.#options;
    const other = cast.find(participant);
    if (!other || this.#watched.has(participant) || this.#closed) return;
    const video = connection.addVideoSender({ participant, codecs });
    const audio = connection.addAudioSender({ participant });
    this.#watched.set(participant, { video, audio });
    other.audience.join(id, { video, audio });
  }

  unwatch(participant: string): void {
    this.#awaited.delete(participant);
    const senders = this.#watched.get(participant);
    if (!senders) return;
    this.#watched.delete(participant);
    this.#options.cast.find(participant)?.audience.leave(this.#options.id);
    senders.video.close();
    senders.audio.close();
  }

  /** Whose media comes in which section of the connection's description. */
  get tracks(): SectionOwner[] {
    return [...this.#watched].flatMap(([participant, { video, audio }]) => [
      ...(video.mid === null ? [] : [{ mid: video.mid, participant, kind: 'video' as const }]),
      ...(audio.mid === null ? [] : [{ mid: audio.mid, participant, kind: 'audio' as const }]),
    ]);
  }

  close(): void {
    this.#closed = true;
    for (const participant of [...this.#watched.keys()]) this.unwatch(participant);
  }
}
