import type { Milli } from '../../time.ts';

/** What the delay line needs to know of an audio packet. */
export interface TimedPacket {
  /** On our monotonic clock. */
  readonly captureTime: Milli;
}

/** The video delay followed is the median of this many frames: one late frame is no trend. */
const VIDEO_FRAMES = 31;
/** Camera silent for so long: there is nothing to be in step with. */
const VIDEO_TIMEOUT: Milli = 2000;
/**
 * How fast the delay moves while someone speaks: 5 % is below what the listener's time stretching
 * makes audible, and a jump of 100 ms is followed in two seconds.
 */
const SLEW = 0.05;
/** In a pause this long (discontinuous transmission) a jump is not heard. */
const PAUSE: Milli = 200;
/** Beyond this a conversation suffers more from the delay than from the lips. */
const MAX_DELAY: Milli = 500;
/** 1.3 s of 20 ms packets: more than MAX_DELAY can hold. */
const MAX_QUEUED = 64;
/** Errors kept for the figures: about one second of packets. */
const ERROR_WINDOW: Milli = 1000;

/**
 * Holds audio back by as long as the video takes through the pipeline, so that a voice leaves in
 * step with the lips it belongs to. Pure: time comes in.
 */
export class LipSync<Packet extends TimedPacket> {
  #video: Milli[] = [];
  #videoAt = Number.NEGATIVE_INFINITY;
  #delay: Milli = 0;
  #delayAt: Milli | undefined;
  #queue: { packet: Packet; releaseAt: Milli }[] = [];
  #lastPush = Number.NEGATIVE_INFINITY;
  #errors: { at: Milli; error: Milli }[] = [];
  #dropped = 0;

  /** A frame that shows what was captured at `captureTime` was handed to the network. */
  videoSent(captureTime: Milli, now: Milli): void {
    if (now - this.#videoAt > VIDEO_TIMEOUT) this.#video = [];
    this.#videoAt = now;
    this.#video.push(Math.max(0, Math.min(MAX_DELAY, now - captureTime)));
    if (this.#video.length > VIDEO_FRAMES) this.#video.shift();
  }

  /** Packets in the order they came in; one overtaken on the way keeps its own time. */
  push(packet: Packet, now: Milli): void {
    this.#follow(now, now - this.#lastPush > PAUSE && this.#queue.length === 0);
    this.#lastPush = now;
    const releaseAt = Math.max(now, packet.captureTime + this.#delay);
    let at = this.#queue.length;
    while (at > 0 && this.#queue[at - 1]!.releaseAt > releaseAt) at -= 1;
    this.#queue.splice(at, 0, { packet, releaseAt });
    if (this.#queue.length > MAX_QUEUED) {
      this.#queue.shift();
      this.#dropped += 1;
    }
  }

  /** Muted: what waits must not be heard any more. */
  clear(): void {
    this.#queue = [];
  }

  get due(): Milli | undefined {
    return this.#queue[0]?.releaseAt;
  }

  /** @returns the packets to send now. */
  poll(now: Milli): Packet[] {
    const released: Packet[] = [];
    const target = this.#target(now);
    while (this.#queue.length > 0 && this.#queue[0]!.releaseAt <= now) {
      const { packet } = this.#queue.shift()!;
      released.push(packet);
      if (target !== undefined) {
        this.#errors.push({ at: now, error: now - packet.captureTime - target });
      }
    }
    this.#forget(now);
    return released;
  }

  /** What audio is held back by at the moment, from its capture. */
  get delay(): Milli {
    return this.#delay;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /**
   * How far audio left behind the video over the last second: positive is late. Undefined while
   * one of the two is silent. `p95` is of the absolute value.
   */
  error(now: Milli): { readonly mean: Milli; readonly p95: Milli } | undefined {
    this.#forget(now);
    if (this.#errors.length === 0) return undefined;
    const errors = this.#errors.map(({ error }) => error);
    const absolute = errors.map(Math.abs).sort((a, b) => a - b);
    return {
      mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      p95: absolute[Math.min(absolute.length - 1, Math.floor(absolute.length * 0.95))]!,
    };
  }

  #forget(now: Milli): void {
    while (this.#errors.length > 0 && this.#errors[0]!.at < now - ERROR_WINDOW) {
      this.#errors.shift();
    }
  }

  #target(now: Milli): Milli | undefined {
    if (this.#video.length === 0 || now - this.#videoAt > VIDEO_TIMEOUT) return undefined;
    const sorted = [...this.#video].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }

  #follow(now: Milli, silent: boolean): void {
    const elapsed = this.#delayAt === undefined ? Number.POSITIVE_INFINITY : now - this.#delayAt;
    this.#delayAt = now;
    const target = this.#target(now) ?? 0;
    const reach = silent ? Number.POSITIVE_INFINITY : elapsed * SLEW;
    this.#delay += Math.max(-reach, Math.min(reach, target - this.#delay));
  }
}
