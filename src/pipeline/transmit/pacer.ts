import type { Milli } from '../../time.ts';
import type { BitsPerSecond } from './video-encoder.ts';

/** A packet waiting for its turn on the wire. */
export interface PacedPacket {
  readonly bytes: number;
  /** Puts it on the wire. */
  send(now: Milli): void;
}

/** Faster than the video's rate, so that a frame leaves well before the next one (libwebrtc: 2.5). */
const PACING_FACTOR = 2.5;
/**
 * Whatever the rate, a queue is emptied within this: a late frame is worse than a burst. A 512²
 * keyframe of 30 kB leaves in it at 24 Mbit/s.
 */
const MAX_DELAY: Milli = 10;
/** Timers fire a millisecond late: what may go out at once covers that. */
const BURST: Milli = 2;
/**
 * After a pause so much goes out at once whatever the rate: ten packets are what TCP begins with on any path
 * (RFC 6928), and an ordinary frame is less. Spread out, it would come later and take a timer for each packet.
 */
const FREE_BURST_BYTES = 10 * 1200;
/** Beyond this the path is gone; new packets push the oldest out. */
const MAX_QUEUED_BYTES = 2 * 1024 * 1024;

/**
 * A leaky bucket for outgoing video: spreads a large frame's packets instead of bursting them into a
 * router's queue. Retransmissions go first, they are already late.
 */
export class Pacer {
  #queue: { packet: PacedPacket; at: Milli }[] = [];
  #bytes = 0;
  #rate: BitsPerSecond;
  #drainRate = 0;
  #budgetAt: Milli | undefined;
  #budget = 0;
  #dropped = 0;

  constructor(target: BitsPerSecond) {
    this.#rate = target * PACING_FACTOR;
  }

  setTarget(target: BitsPerSecond): void {
    this.#rate = target * PACING_FACTOR;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(packets: readonly PacedPacket[], now: Milli, urgent = false): void {
    const entries = packets.map((packet) => ({ packet, at: now }));
    if (urgent) this.#queue.unshift(...entries);
    else this.#queue.push(...entries);
    for (const packet of packets) this.#bytes += packet.bytes;
    while (this.#bytes > MAX_QUEUED_BYTES) {
      this.#bytes -= this.#queue.shift()!.packet.bytes;
      this.#dropped += 1;
    }
    this.#drainRate = Math.max(this.#drainRate, (this.#bytes * 8 * 1000) / MAX_DELAY);
  }

  get due(): Milli | undefined {
    if (this.#queue.length === 0) return undefined;
    if (this.#budget > 0 || this.#budgetAt === undefined) return this.#budgetAt ?? 0;
    return this.#budgetAt + (-this.#budget * 8 * 1000) / this.#effectiveRate();
  }

  /** Sends what may go now. */
  poll(now: Milli): void {
    if (this.#queue.length === 0) {
      this.#drainRate = 0;
      return;
    }
    const rate = this.#effectiveRate();
    const burst = Math.max(FREE_BURST_BYTES, (rate * BURST) / 8000);
    if (this.#budgetAt === undefined) this.#budget = burst;
    else {
      this.#budget = Math.min(burst, this.#budget + (rate * (now - this.#budgetAt)) / 8000);
    }
    this.#budgetAt = now;
    while (this.#queue.length > 0 && this.#budget > 0) {
      const { packet } = this.#queue.shift()!;
      this.#bytes -= packet.bytes;
      this.#budget -= packet.bytes;
      packet.send(now);
    }
    if (this.#queue.length === 0) this.#drainRate = 0;
  }

  #effectiveRate(): BitsPerSecond {
    return Math.max(this.#rate, this.#drainRate);
  }
}
