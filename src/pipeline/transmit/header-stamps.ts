import { EXTENSION, PLAYOUT_AT_ONCE, writeTransportSequence } from '../accept/header-extension.ts';
import { type RtpExtensions, writeRtpHeader } from '../accept/rtp-packet.ts';
import type { OutgoingPacket } from './video-stream.ts';

/** Which extensions a section's packets carry, and with what. */
interface StampedSection {
  readonly mid: string;
  /** Negotiated local ids by URI; what is absent is not stamped. */
  readonly extensions: ReadonlyMap<string, number>;
}

/** Writes the headers of one section's packets: all that they have in common is laid out once. */
export class HeaderStamps {
  readonly #extensions: RtpExtensions;
  /** Lies among the extensions, and is written over for each packet. */
  readonly #transportSequence: Buffer | undefined;

  constructor({ mid, extensions }: StampedSection, kind: 'video' | 'audio') {
    const stamps: (readonly [number, Buffer])[] = [];
    const stamp = (uri: string, data: Buffer) => {
      const id = extensions.get(uri);
      if (id === undefined) return undefined;
      stamps.push([id, data]);
      return data;
    };
    stamp(EXTENSION.mid, Buffer.from(mid));
    if (kind === 'video') stamp(EXTENSION.playoutDelay, PLAYOUT_AT_ONCE);
    this.#transportSequence = stamp(EXTENSION.transportSequence, Buffer.alloc(2));
    this.#extensions = stamps;
  }

  /** Whether the packets carry a transport-wide sequence number. */
  get counted(): boolean {
    return this.#transportSequence !== undefined;
  }

  /** @param transportSequence of this packet, where they are {@link counted}. */
  header(packet: OutgoingPacket, transportSequence: number): Buffer {
    if (this.#transportSequence) writeTransportSequence(transportSequence, this.#transportSequence);
    return writeRtpHeader(packet, this.#extensions);
  }
}
