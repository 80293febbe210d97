import type { Milli } from '../../time.ts';
import type { PacketFate } from './departure-log.ts';
import type { BitsPerSecond } from './video-encoder.ts';

/** A short burst at a higher rate than what is sent, to see whether it arrives as fast. */
export interface ProbePlan {
  readonly id: number;
  readonly rate: BitsPerSecond;
  /** How much of it to send. */
  readonly bytes: number;
}

/** libwebrtc's cluster: 15 ms, at least five packets. */
const DURATION: Milli = 15;
const MIN_BYTES = 5 * 1000;
/** How far above the estimate to look. */
const REACH = 2;
/** While the estimate stands below its upper limit. */
const INTERVAL: Milli = 5000;
/** After a back-off the path needs time, else the probe fills the queue again. */
const AFTER_BACK_OFF: Milli = 3000;
/** The first one waits until there are packets to repeat. */
const FIRST_AFTER: Milli = 300;
/** A probe whose feedback has not come by then is lost. */
const PATIENCE: Milli = 1000;
/** A single probe is optimistic about a shared path. */
const DISCOUNT = 0.9;

interface Running {
  readonly plan: ProbePlan;
  readonly at: Milli;
  readonly packets: PacketFate[];
  sentBytes: number;
}

/** When to probe, and what a probe's feedback says of the path. */
export class ProbeSchedule {
  #max: BitsPerSecond;
  #nextId = 1;
  #nextAt: Milli | undefined;
  #running: Running | undefined;

  constructor(limits: { readonly max: BitsPerSecond }) {
    this.#max = limits.max;
  }

  setMax(max: BitsPerSecond): void {
    this.#max = max;
  }

  backedOff(now: Milli): void {
    this.#running = undefined;
    this.#nextAt = Math.max(this.#nextAt ?? 0, now + AFTER_BACK_OFF);
  }

  poll(estimate: BitsPerSecond, now: Milli): ProbePlan | undefined {
    this.#nextAt ??= now + FIRST_AFTER;
    if (this.#running && now - this.#running.at > PATIENCE) this.#running = undefined;
    if (now < this.#nextAt || this.#running || estimate >= this.#max) return undefined;
    this.#nextAt = now + INTERVAL;
    const rate = Math.min(estimate * REACH, this.#max * 1.1);
    const plan = {
      id: this.#nextId,
      rate,
      bytes: Math.max(MIN_BYTES, (rate * DURATION) / 8000),
    };
    this.#nextId += 1;
    this.#running = { plan, at: now, packets: [], sentBytes: 0 };
    return plan;
  }

  sent(id: number, bytes: number): void {
    if (this.#running?.plan.id === id) this.#running.sentBytes += bytes;
  }

  /** @returns the rate that a probe has shown to arrive. */
  feedback(fates: readonly PacketFate[], now: Milli): BitsPerSecond | undefined {
    const running = this.#running;
    if (!running || now - running.at > PATIENCE) return undefined;
    for (const fate of fates) if (fate.probe === running.plan.id) running.packets.push(fate);
    const reported = running.packets.reduce((sum, { bytes }) => sum + bytes, 0);
    if (running.sentBytes === 0 || reported < running.sentBytes) return undefined;
    this.#running = undefined;
    const arrived = running.packets.filter(({ receivedAt }) => receivedAt !== undefined);
    // With holes in it the spacing says nothing.
    if (arrived.length < 4 || arrived.length < running.packets.length * 0.8) return undefined;
    // The first packet opens the spans at both ends, its own bytes came before them.
    const bytes = arrived.slice(1).reduce((sum, each) => sum + each.bytes, 0);
    const sendSpan = arrived.at(-1)!.sentAt - arrived[0]!.sentAt;
    const times = arrived.map(({ receivedAt }) => receivedAt!);
    const receiveSpan = Math.max(...times) - Math.min(...times);
    const span = Math.max(sendSpan, receiveSpan, 1);
    return ((bytes * 8000) / span) * DISCOUNT;
  }
}
