import type { Milli } from '../../time.ts';

/** What is needed to send a packet again: everything but what the pacer stamps on. */
export interface SentPacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}

/** About three seconds at 2.5 Mbit/s; a receiver gives up long before. */
const MAX_BYTES = 1024 * 1024;
/** Older packets cannot help a live picture. */
const MAX_AGE: Milli = 1000;

/**
 * What was sent lately, to answer NACKs from. Bounded in bytes. A packet is sent again at most
 * once a round trip: further requests were under way before the answer arrived.
 */
export class PacketHistory {
  readonly #packets = new Map<number, { packet: SentPacket; at: Milli; resentAt: Milli }>();
  #bytes = 0;

  add(packet: SentPacket, now: Milli): void {
    this.#delete(packet.sequence);
    this.#packets.set(packet.sequence, { packet, at: now, resentAt: Number.NEGATIVE_INFINITY });
    this.#bytes += packet.payload.length;
    for (const [sequence, entry] of this.#packets) {
      if (this.#bytes <= MAX_BYTES && now - entry.at <= MAX_AGE) break;
      this.#delete(sequence);
    }
  }

  /** @returns the packet, or undefined where it is gone or was just sent again. */
  resend(sequence: number, now: Milli, rtt: Milli): SentPacket | undefined {
    const entry = this.#packets.get(sequence);
    if (!entry || now - entry.at > MAX_AGE || now - entry.resentAt < rtt) return undefined;
    entry.resentAt = now;
    return entry.packet;
  }

  /** The newest packets, newest first, up to so many bytes. */
  latest(bytes: number): SentPacket[] {
    const packets: SentPacket[] = [];
    let sum = 0;
    for (const { packet } of [...this.#packets.values()].reverse()) {
      if (sum >= bytes) break;
      sum += packet.payload.length;
      packets.push(packet);
    }
    return packets;
  }

  get bytes(): number {
    return this.#bytes;
  }

  #delete(sequence: number): void {
    const entry = this.#packets.get(sequence);
    if (!entry) return;
    this.#packets.delete(sequence);
    this.#bytes -= entry.packet.payload.length;
  }
}
