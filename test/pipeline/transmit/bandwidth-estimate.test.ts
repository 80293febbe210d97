import { describe, expect, it } from 'vitest';
import { ArrivalLog } from '../../../src/pipeline/accept/arrival-log.ts';
import type { TwccFeedback } from '../../../src/pipeline/accept/twcc-feedback.ts';
import { BandwidthEstimate } from '../../../src/pipeline/transmit/bandwidth-estimate.ts';
import { Pacer } from '../../../src/pipeline/transmit/pacer.ts';
import { Link, type LinkOptions, seededRandom } from './network-emulator.ts';

const LINK: LinkOptions = { rate: 10_000_000, delay: 25, queue: 300, loss: 0, jitter: 1 };
const LIMITS = { min: 150_000, start: 800_000, max: 4_000_000 };

/** A call over a simulated path: a 30 fps encoder that obeys the estimate, our own feedback. */
class Call {
  readonly estimate = new BandwidthEstimate(LIMITS);
  readonly forward: Link<number>;
  readonly #back: Link<TwccFeedback>;
  readonly #arrivals = new ArrivalLog();
  readonly #pacer = new Pacer(LIMITS.start);
  readonly #random: () => number;
  /** Share of the estimate that the encoder makes use of. */
  appetite = 1;
  silent = false;
  now = 0;
  #sequence = 0;
  readonly rates: { at: number; rate: number; queue: number }[] = [];

  constructor(link: Partial<LinkOptions>, seed = 1) {
    this.forward = new Link({ ...LINK, ...link }, seed);
    this.#back = new Link(LINK, seed + 1);
    this.#random = seededRandom(seed + 2);
  }

  #send(bytes: number, at: number, probe?: number): void {
    const sequence = this.#sequence & 0xffff;
    this.#sequence += 1;
    this.estimate.sent(sequence, bytes, at, probe);
    this.forward.send(sequence, bytes, at);
  }

  run(seconds: number): void {
    const end = this.now + seconds * 1000;
    for (; this.now < end; this.now += 1) {
      const { now } = this;
      if (now % 33 === 0 && !this.silent) this.#frame();
      this.#pacer.poll(now);
      const plan = this.silent ? undefined : this.estimate.pollProbe(now);
      if (plan) {
        const step = (1000 * 8000) / plan.rate;
        for (let i = 0; i * 1000 < plan.bytes; i += 1) this.#send(1000, now + i * step, plan.id);
      }
      for (const { item, at } of this.forward.receive(now)) this.#arrivals.record(item, at);
      for (const message of this.#arrivals.poll(now)) this.#back.send(message, 100, now);
      for (const { item } of this.#back.receive(now)) this.estimate.feedback(item, now);
      this.estimate.poll(now);
      this.#pacer.setTarget(this.estimate.rate);
      if (now % 100 === 0) {
        this.rates.push({
          at: now,
          rate: this.estimate.rate,
          queue: this.forward.queueing(now),
        });
      }
    }
  }

  #frame(): void {
    // Frames differ in size by a third up and down, as a live encoder's do.
    const wobble = 0.67 + this.#random() * 0.66;
    let bytes = ((this.estimate.rate * this.appetite * wobble) / 8) * 0.033;
    const packets = [];
    for (; bytes > 0; bytes -= 1100) {
      const size = Math.max(60, Math.min(1100, bytes));
      packets.push({ bytes: size, send: (at: number) => this.#send(size, at) });
    }
    this.#pacer.push(packets, this.now);
  }

  /** Mean of the estimate over the last seconds. */
  mean(seconds: number): number {
    const recent = this.rates.filter(({ at }) => at >= this.now - seconds * 1000);
    return recent.reduce((sum, { rate }) => sum + rate, 0) / recent.length;
  }

  worstQueue(seconds: number): number {
    const recent = this.rates.filter(({ at }) => at >= this.now - seconds * 1000);
    return Math.max(...recent.map(({ queue }) => queue));
  }
}

describe('BandwidthEstimate', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`converges to 80–100 % of a 1 Mbit/s bottleneck (seed ${seed})`, () => {
      const call = new Call({ rate: 1_000_000 }, seed);
      call.run(40);
      expect(call.mean(20)).toBeGreaterThan(800_000);
      expect(call.mean(20)).toBeLessThan(1_000_000);
      expect(call.worstQueue(20)).toBeLessThan(200);
    });
  }

  it('reaches its upper limit on a wide path within seconds, by probing', () => {
    const call = new Call({ rate: 20_000_000 });
    call.run(10);
    expect(call.estimate.rate).toBe(LIMITS.max);
  });

  it('backs off within two seconds where the path narrows, and the queue drains', () => {
    const call = new Call({ rate: 3_000_000 });
    call.run(20);
    expect(call.mean(5)).toBeGreaterThan(1_800_000);
    call.forward.options = { ...call.forward.options, rate: 700_000 };
    call.run(3);
    expect(call.estimate.rate).toBeLessThan(750_000);
    call.run(5);
    expect(call.worstQueue(3)).toBeLessThan(250);
  });

  it('does not fall far below a path that narrows to a fifth at once', () => {
    const call = new Call({ rate: 3_000_000, queue: 150 });
    call.run(20);
    call.forward.options = { ...call.forward.options, rate: 600_000 };
    call.run(5);
    const after = call.rates.filter(({ at }) => at > 21_000).map(({ rate }) => rate);
    expect(Math.min(...after)).toBeGreaterThan(250_000);
    expect(Math.max(...after)).toBeLessThan(700_000);
  });

  it('recovers where the path widens again', () => {
    const call = new Call({ rate: 600_000 });
    call.run(20);
    expect(call.mean(5)).toBeLessThan(620_000);
    call.forward.options = { ...call.forward.options, rate: 5_000_000 };
    call.run(20);
    expect(call.estimate.rate).toBeGreaterThan(2_000_000);
  });

  it('holds its rate through 5 % of random loss', () => {
    const call = new Call({ rate: 10_000_000, loss: 0.05 });
    call.run(20);
    expect(call.mean(5)).toBeGreaterThan(LIMITS.start * 0.95);
  });

  it('yields to 20 % of loss', () => {
    const call = new Call({ rate: 10_000_000, loss: 0.2 });
    call.run(15);
    expect(call.estimate.rate).toBeLessThan(LIMITS.start * 0.5);
  });

  it('keeps to its limits', () => {
    const narrow = new Call({ rate: 60_000 });
    narrow.run(10);
    expect(narrow.estimate.rate).toBeGreaterThanOrEqual(LIMITS.min);
    const wide = new Call({ rate: 100_000_000 });
    wide.run(30);
    expect(Math.max(...wide.rates.map(({ rate }) => rate))).toBeLessThanOrEqual(LIMITS.max);
  });

  it('does not take a quiet encoder for a narrow path', () => {
    const call = new Call({ rate: 10_000_000 });
    call.run(5);
    const before = call.estimate.rate;
    call.appetite = 0.2;
    call.run(20);
    expect(call.estimate.rate).toBeGreaterThanOrEqual(before);
  });

  it('takes jitter for what it is', () => {
    const call = new Call({ rate: 4_000_000, jitter: 15 });
    call.run(30);
    expect(call.mean(10)).toBeGreaterThan(1_200_000);
  });

  it('does not take a pause of the encoder for a stuck path', () => {
    const call = new Call({ rate: 3_000_000 });
    call.run(10);
    const before = call.estimate.rate;
    call.silent = true;
    call.run(10);
    expect(call.estimate.rate).toBeGreaterThan(before * 0.49);
  });

  it('halves its rate each second that feedback stays away', () => {
    const call = new Call({ rate: 3_000_000 });
    call.run(10);
    const before = call.estimate.rate;
    call.forward.options = { ...call.forward.options, loss: 1 };
    call.run(2.5);
    expect(call.estimate.rate).toBeLessThan(before * 0.55);
  });
});
