import type { Milli, RtpTime } from '../../time.ts';
import { unixFromNtp } from './ntp-time.ts';
import { Unwrapper } from './sequence.ts';

/** Offsets are kept this long: clocks drift apart by less than a millisecond meanwhile. */
const OFFSET_WINDOW: Milli = 30_000;
const MAX_OFFSETS = 64;
/** No network delays this much: the remote clock was set back. */
const CLOCK_STEP: Milli = 2000;

/**
 * Maps a remote machine's wall clock to our monotonic one. What is seen of it always arrives late
 * by the network's delay, so the smallest difference in a window is the best one; half the smallest
 * round trip is taken off it, since that is what the best message took.
 */
export class RemoteClock {
  #seen: { at: Milli; offset: Milli; rtt: Milli }[] = [];
  #rtt: Milli = 0;
  /** The least of each that was seen: asked for with every frame, changed with every report. */
  #least = { offset: Number.POSITIVE_INFINITY, rtt: Number.POSITIVE_INFINITY };

  setRtt(rtt: Milli): void {
    this.#rtt = rtt;
  }

  /** A message sent at `remote` (ms on its clock) came in at `at` (ms on ours). */
  observe(remote: Milli, at: Milli): void {
    const best = this.#least.offset;
    this.#seen = this.#seen.filter(
      (entry) => at - entry.at < OFFSET_WINDOW && at - remote - best < CLOCK_STEP,
    );
    if (this.#seen.length >= MAX_OFFSETS) this.#seen.shift();
    this.#seen.push({ at, offset: at - remote, rtt: this.#rtt });
    this.#least = {
      offset: Math.min(...this.#seen.map(({ offset }) => offset)),
      rtt: Math.min(...this.#seen.map(({ rtt }) => rtt)),
    };
  }

  /** @returns the instant on our clock, or undefined before anything was observed. */
  toLocal(remote: Milli): Milli | undefined {
    if (this.#seen.length === 0) return undefined;
    return remote + this.#least.offset - this.#least.rtt / 2;
  }

  /** By how much the newest message was slower than the fastest. */
  get congestion(): Milli {
    const newest = this.#seen.at(-1);
    return newest ? newest.offset - this.#least.offset : 0;
  }
}

/**
 * When a stream's frames were captured, on our clock. Sender reports tie the stream's RTP time to
 * the sender's wall clock (RFC 3550 §6.4.1), which audio and video share; before the first one,
 * the earliest arrival stands in for it.
 */
export class CaptureClock {
  readonly #ticksPerMs: number;
  readonly #remote: RemoteClock;
  readonly #unwrapper = new Unwrapper(32);
  #report: { ntp: Milli; rtp: number } | undefined;
  #anchor: { rtp: number; at: Milli } | undefined;

  constructor(clockHz: number, remote: RemoteClock) {
    this.#ticksPerMs = clockHz / 1000;
    this.#remote = remote;
  }

  senderReport(ntp: bigint, rtpTime: RtpTime, at: Milli): void {
    const remote = unixFromNtp(ntp);
    // Also where the first report comes before the first packet: they must share their wraps.
    this.#report = { ntp: remote, rtp: this.#unwrapper.unwrap(rtpTime) };
    this.#remote.observe(remote, at);
  }

  /** @returns never later than `receivedAt`: nothing is captured after it arrived. */
  captureTime(rtpTime: RtpTime, receivedAt: Milli): Milli {
    const rtp = this.#unwrapper.unwrap(rtpTime);
    if (this.#report) {
      const remote = this.#report.ntp + (rtp - this.#report.rtp) / this.#ticksPerMs;
      const local = this.#remote.toLocal(remote);
      if (local !== undefined) return Math.min(local, receivedAt);
    }
    const anchor = this.#anchor;
    const expected = anchor && anchor.at + (rtp - anchor.rtp) / this.#ticksPerMs;
    // An arrival earlier than expected is a better anchor than the one there is.
    if (expected === undefined || receivedAt < expected) {
      this.#anchor = { rtp, at: receivedAt };
      return receivedAt;
    }
    return expected;
  }
}
