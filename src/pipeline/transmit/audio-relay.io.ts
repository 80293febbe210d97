import { type Clock, type Milli, monotonicClock } from '../../time.ts';
import { LipSync, type TimedPacket } from './lip-sync.ts';

/**
 * One participant's voice on its way to its listeners: the lip-sync delay line with a timer. The
 * owner closes it.
 */
export class AudioRelay<Packet extends TimedPacket> {
  readonly #sync = new LipSync<Packet>();
  readonly #clock: Clock;
  readonly #deliver: (packet: Packet) => void;
  #timer: NodeJS.Timeout | undefined;
  #muted = false;
  #closed = false;

  constructor(deliver: (packet: Packet) => void, clock: Clock = monotonicClock) {
    this.#deliver = deliver;
    this.#clock = clock;
  }

  /** A frame made from the camera frame captured then was handed to the network. */
  videoSent(captureTime: Milli): void {
    this.#sync.videoSent(captureTime, this.#clock());
  }

  push(packet: Packet): void {
    if (this.#muted || this.#closed) return;
    this.#sync.push(packet, this.#clock());
    this.#drain();
  }

  /** What is held back is not heard either. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (muted) this.#sync.clear();
  }

  /** Over the last second, positive where audio is late; see {@link LipSync.error}. */
  error(): { readonly mean: Milli; readonly p95: Milli } | undefined {
    return this.#sync.error(this.#clock());
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#sync.clear();
  }

  #drain(): void {
    clearTimeout(this.#timer);
    for (const packet of this.#sync.poll(this.#clock())) this.#deliver(packet);
    const due = this.#sync.due;
    if (due === undefined || this.#closed) return;
    this.#timer = setTimeout(() => this.#drain(), Math.max(1, due - this.#clock()));
  }
}
