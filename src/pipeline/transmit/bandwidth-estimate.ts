import type { Milli } from '../../time.ts';
import type { TwccFeedback } from '../accept/twcc-feedback.ts';
import { DelayTrend } from './delay-trend.ts';
import { DeliveredRate } from './delivered-rate.ts';
import { DepartureLog, type PacketFate } from './departure-log.ts';
import { type ProbePlan, ProbeSchedule } from './probe-schedule.ts';
import type { BitsPerSecond } from './video-encoder.ts';

export interface BitrateLimits {
  readonly min: BitsPerSecond;
  readonly start: BitsPerSecond;
  readonly max: BitsPerSecond;
}

/** Below this share of the delivered rate the queue drains while the picture goes on (GCC β). */
const BACK_OFF = 0.85;
/**
 * A hiccup of either machine looks like a narrow path for a moment: no single step goes below this
 * share, a path that really narrowed is followed in the next steps.
 */
const MAX_BACK_OFF = 0.7;
/** Growth a second while the limit of the path is unknown (GCC η). */
const GROWTH = 1.08;
/** Growth a second near the last limit: about one packet a round trip. */
const GENTLE_GROWTH = 1.03;
/** How near the limit of the last back-off growth is gentle. */
const NEAR_LIMIT = 0.9;
/** The estimate may run ahead of what was shown to arrive by this much, no more. */
const HEADROOM = 1.5;
const HEADROOM_BPS = 20_000;
/** A back-off needs a round trip and a feedback interval to show. */
const BACK_OFF_INTERVAL: Milli = 150;
/** Loss that is not ours to cause (draft-ietf-rmcat-gcc-02 §6). */
const LOW_LOSS = 0.02;
const HIGH_LOSS = 0.1;
/** Loss is judged over this many packets: one of ten lost says nothing. */
const LOSS_PACKETS = 40;
const LOSS_INTERVAL: Milli = 200;
/** Feedback silent for this long while packets are on their way: the path is stuck. */
const SILENCE: Milli = 1000;

/**
 * How much the path to one client carries, from its transport-wide feedback: delay first (a
 * growing queue is seen before anything is lost), loss second, probes to find room again. After
 * draft-ietf-rmcat-gcc-02. Pure: time comes in.
 */
export class BandwidthEstimate {
  #limits: BitrateLimits;
  readonly #log = new DepartureLog();
  readonly #trend = new DelayTrend();
  readonly #delivered = new DeliveredRate();
  readonly #probes: ProbeSchedule;
  #rate: BitsPerSecond;
  /** The delivered rate at the last back-off: where the limit was. */
  #limit: BitsPerSecond | undefined;
  #updatedAt: Milli | undefined;
  #backedOffAt = Number.NEGATIVE_INFINITY;
  #lossWindow = { packets: 0, lost: 0, since: 0 };
  #loss = 0;
  /** When the first packet left that no feedback has come since. */
  #unansweredSince: Milli | undefined;

  constructor(limits: BitrateLimits) {
    this.#limits = limits;
    this.#rate = limits.start;
    this.#probes = new ProbeSchedule(limits);
  }

  /** The limits follow how much there is to send. */
  setLimits(limits: Omit<BitrateLimits, 'start'>): void {
    this.#limits = { ...this.#limits, ...limits };
    this.#probes.setMax(limits.max);
    this.#clamp();
  }

  /** Within the limits given. */
  get rate(): BitsPerSecond {
    return this.#rate;
  }

  get loss(): number {
    return this.#loss;
  }

  get delivered(): BitsPerSecond | undefined {
    return this.#delivered.rate;
  }

  sent(sequence: number, bytes: number, at: Milli, probe?: number): void {
    this.#unansweredSince ??= at;
    this.#log.add(sequence, bytes, at, probe);
    if (probe !== undefined) this.#probes.sent(probe, bytes);
  }

  feedback(message: TwccFeedback, now: Milli): void {
    const fates = this.#log.match(message);
    if (fates.length === 0) return;
    this.#unansweredSince = undefined;
    for (const fate of fates) {
      if (fate.receivedAt === undefined) continue;
      this.#delivered.add(fate.receivedAt, fate.bytes);
      // Probe packets queue on purpose: the trend would take them for overuse.
      if (fate.probe === undefined) this.#trend.add(fate.sentAt, fate.receivedAt);
    }
    this.#followDelay(now);
    this.#followLoss(fates, now);
    const found = this.#probes.feedback(fates, now);
    if (found !== undefined && found > this.#rate && this.#trend.usage !== 'overuse') {
      this.#rate = found;
      this.#limit = undefined;
    }
    this.#clamp();
  }

  /** @returns a probe to send now, if one is due. */
  pollProbe(now: Milli): ProbePlan | undefined {
    if (this.#trend.usage !== 'normal' || this.#loss > LOW_LOSS) return undefined;
    return this.#probes.poll(this.#rate, now);
  }

  /** Backs off where feedback has stopped coming although packets are on their way. */
  poll(now: Milli): void {
    if (this.#unansweredSince === undefined || now - this.#unansweredSince < SILENCE) return;
    // The next packet's silence counts anew; where none is sent there is nothing to learn.
    this.#unansweredSince = undefined;
    this.#rate *= 0.5;
    this.#clamp();
  }

  #followDelay(now: Milli): void {
    const elapsed = Math.min(1000, now - (this.#updatedAt ?? now)) / 1000;
    this.#updatedAt = now;
    const { usage } = this.#trend;
    const delivered = this.#delivered.rate;
    if (usage === 'overuse') {
      if (now - this.#backedOffAt < BACK_OFF_INTERVAL) return;
      this.#backedOffAt = now;
      const shown = Math.min(delivered ?? this.#rate, this.#rate * 1.1);
      const basis = Math.max(shown, this.#rate * MAX_BACK_OFF);
      this.#limit = basis;
      this.#rate = Math.min(this.#rate, basis * BACK_OFF);
      this.#probes.backedOff(now);
      return;
    }
    // A draining queue: wait until it is empty.
    if (usage === 'underuse' || delivered === undefined) return;
    if (this.#loss > HIGH_LOSS) return;
    const near =
      this.#loss > LOW_LOSS || (this.#limit !== undefined && this.#rate > this.#limit * NEAR_LIMIT);
    // Well past the old limit without overuse: it is no limit any more.
    if (this.#limit !== undefined && this.#rate > this.#limit * 1.2) this.#limit = undefined;
    const grown = this.#rate * (near ? GENTLE_GROWTH : GROWTH) ** elapsed;
    const shown = Math.max(this.#rate, delivered * HEADROOM + HEADROOM_BPS);
    this.#rate = Math.min(grown, shown);
  }

  #followLoss(fates: readonly PacketFate[], now: Milli): void {
    const window = this.#lossWindow;
    for (const { receivedAt } of fates) {
      window.packets += 1;
      if (receivedAt === undefined) window.lost += 1;
    }
    if (window.packets < LOSS_PACKETS || now - window.since < LOSS_INTERVAL) return;
    this.#loss = window.lost / window.packets;
    this.#lossWindow = { packets: 0, lost: 0, since: now };
    if (this.#loss <= HIGH_LOSS) return;
    // Loss this high is a full queue without room to show delay.
    const delivered = this.#delivered.rate ?? 0;
    // The losses of what was sent before a back-off come in after it: they must not count twice.
    const floor = Math.min(this.#rate, delivered * BACK_OFF);
    this.#rate = Math.max(this.#rate * (1 - 0.5 * this.#loss), floor);
    this.#limit = delivered;
    this.#probes.backedOff(now);
  }

  #clamp(): void {
    this.#rate = Math.max(this.#limits.min, Math.min(this.#limits.max, this.#rate));
  }
}
