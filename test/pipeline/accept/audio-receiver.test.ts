import { describe, expect, it } from 'vitest';
import { AudioReceiver } from '../../../src/pipeline/accept/audio-receiver.ts';
import { RemoteClock } from '../../../src/pipeline/accept/capture-clock.ts';
import { ntpFromUnix } from '../../../src/pipeline/accept/ntp-time.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

const packet = (sequence: number, bytes = 80) => ({
  payloadType: 111,
  marker: false,
  sequence,
  timestamp: sequence * 960,
  ssrc: 5,
  extensions: new Map(),
  payload: Buffer.alloc(bytes, 1),
});

describe('AudioReceiver', () => {
  it('passes packets on as they come, with extended sequence numbers', () => {
    const receiver = new AudioReceiver(5, new RemoteClock());
    const received = [65_535, 0, 2, 1].map((sequence, i) => receiver.receive(packet(sequence), i)!);
    const first = received[0]!.sequence;
    expect(received.map(({ sequence }) => sequence - first)).toEqual([0, 1, 3, 2]);
    expect(received[1]).toMatchObject({ data: Buffer.alloc(80, 1), rtpTime: 0, receivedAt: 1 });
  });

  it('keeps what is no Opus packet away from the listeners', () => {
    const receiver = new AudioReceiver(5, new RemoteClock());
    expect(receiver.receive(packet(1, 0), 0)).toBeUndefined();
    expect(receiver.receive(packet(2, 1501), 0)).toBeUndefined();
    receiver.receive(packet(1000), 0);
    expect(receiver.receive(packet(900), 0)).toBeUndefined();
  });

  it('knows when a voice was captured while its sender starves and its RTP time skips', () => {
    const voice = new StarvedVoice();
    voice.run(12_000, 1);
    const well = voice.worst();
    // A machine so full that it samples a fifth of the sound; its reports come seconds apart.
    voice.run(20_000, 5);
    const starved = voice.worst();
    voice.run(20_000, 1);
    expect(well).toBeLessThan(1);
    // Without care it grows to the four fifths of seven seconds.
    expect(starved).toBeLessThan(1_000);
    expect(voice.worst(6_000)).toBeLessThan(1);
  });
});

/** A browser's microphone: RTP time counts what was sampled, reports come about every five seconds. */
class StarvedVoice {
  readonly #random = seededRandom(3);
  readonly #receiver: AudioReceiver;
  #now = 0;
  #sequence = 0;
  #rtp = 4_294_000_000;
  #reportAt = 2_000;
  #errors: { at: number; error: number }[] = [];

  constructor() {
    this.#receiver = new AudioReceiver(5, new RemoteClock());
  }

  /** @param every of so many packets' worth of sound one is sampled, the rest is skipped. */
  run(milliseconds: number, every: number): void {
    this.#errors = [];
    const end = this.#now + milliseconds;
    for (; this.#now < end; this.#now += 20) {
      if (this.#now >= this.#reportAt) {
        this.#receiver.senderReport(ntpFromUnix(this.#now + 1e12), this.#rtp >>> 0, this.#now + 15);
        this.#reportAt += 3_000 + this.#random() * 4_000;
      }
      if ((this.#now / 20) % every !== 0) continue;
      const timestamp = this.#rtp >>> 0;
      this.#rtp += 960;
      const sent = { ...packet(this.#sequence++ & 0xffff), timestamp };
      const captureTime = this.#receiver.receive(sent, this.#now + 15)!.captureTime;
      // The first report cannot tell the path's delay from the clocks' difference.
      this.#errors.push({ at: this.#now, error: Math.abs(captureTime - this.#now - 15) });
    }
  }

  /** @param settle so long after the run's start is left out. */
  worst(settle = 0): number {
    const from = (this.#errors[0]?.at ?? 0) + settle;
    return Math.max(...this.#errors.filter(({ at }) => at >= from).map(({ error }) => error));
  }
}
