import type { Milli } from '../../time.ts';
import type { BitsPerSecond } from './video-encoder.ts';

/** Long enough to hold several frames, short enough to follow a drop (libwebrtc: 500 ms). */
const WINDOW: Milli = 500;
/** A shorter span than this is one burst, not a rate. */
const MIN_SPAN: Milli = 100;
/** More than a window holds at 90 Mbit/s: a receiver whose clock stands still must not fill our memory. */
const MAX_PACKETS = 4096;

/** What the receiver got, on its own clock. */
export class DeliveredRate {
  #packets: { at: Milli; bytes: number }[] = [];
  #bytes = 0;

  add(receivedAt: Milli, bytes: number): void {
    const first = this.#packets[0];
    // Its clock was set back: what was counted before is not to be compared with what comes.
    if (first && receivedAt < first.at - WINDOW) {
      this.#packets = [];
      this.#bytes = 0;
    }
    this.#packets.push({ at: receivedAt, bytes });
    this.#bytes += bytes;
    while (this.#packets[0]!.at < receivedAt - WINDOW || this.#packets.length > MAX_PACKETS)
      this.#bytes -= this.#packets.shift()!.bytes;
  }

  /** Packets that are counted. */
  get length(): number {
    return this.#packets.length;
  }

  /** Undefined until there is a span to measure over. */
  get rate(): BitsPerSecond | undefined {
    const first = this.#packets[0];
    const last = this.#packets.at(-1);
    if (!first || !last || last.at - first.at < MIN_SPAN) return undefined;
    // The first packet opens the span, its own bytes came before it.
    return ((this.#bytes - first.bytes) * 8000) / (last.at - first.at);
  }
}
