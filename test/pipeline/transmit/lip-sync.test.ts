import { describe, expect, it } from 'vitest';
import { LipSync } from '../../../src/pipeline/transmit/lip-sync.ts';
import { seededRandom } from './network-emulator.ts';

interface Packet {
  captureTime: number;
}

/** A speaker whose video takes `videoDelay` through the pipeline, in simulated time. */
class Speaker {
  readonly sync = new LipSync<Packet>();
  readonly random = seededRandom(7);
  now = 0;
  videoDelay = 40;
  videoJitter = 0;
  speaking = true;
  camera = true;
  readonly sent: { at: number; captureTime: number }[] = [];
  readonly errors: number[] = [];
  #frames: { at: number; captureTime: number }[] = [];

  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (; this.now < end; this.now += 1) {
      const { now } = this;
      if (this.camera && now % 33 === 0) {
        const at = now + this.videoDelay + this.random() * this.videoJitter;
        this.#frames.push({ at, captureTime: now });
      }
      for (const frame of this.#frames.filter(({ at }) => at <= now)) {
        this.sync.videoSent(frame.captureTime, now);
      }
      this.#frames = this.#frames.filter(({ at }) => at > now);
      // A packet comes in 12 ms after its capture.
      if (this.speaking && now % 20 === 12) this.sync.push({ captureTime: now - 12 }, now);
      for (const packet of this.sync.poll(now)) {
        this.sent.push({ at: now, captureTime: packet.captureTime });
      }
      if (now % 1000 === 999) {
        const error = this.sync.error(now);
        if (error) this.errors.push(error.p95);
      }
    }
  }

  get lastDelay(): number {
    const last = this.sent.at(-1)!;
    return last.at - last.captureTime;
  }
}

describe('LipSync', () => {
  it('holds audio back by as long as the video takes', () => {
    const speaker = new Speaker();
    speaker.run(5000);
    expect(speaker.lastDelay).toBeGreaterThanOrEqual(39);
    expect(speaker.lastDelay).toBeLessThanOrEqual(42);
  });

  it('stays within 40 ms at p95 while the pipeline jitters and slows down', () => {
    const speaker = new Speaker();
    speaker.videoJitter = 25;
    speaker.run(10_000);
    speaker.videoDelay = 70;
    speaker.run(10_000);
    const settled = speaker.errors.slice(3);
    expect(settled.length).toBeGreaterThan(15);
    expect(Math.max(...settled)).toBeLessThanOrEqual(40);
  });

  it('slews while someone speaks: packets never leave bunched or torn apart', () => {
    const speaker = new Speaker();
    speaker.run(5000);
    speaker.videoDelay = 140;
    const before = speaker.sent.length;
    speaker.run(5000);
    const gaps = speaker.sent
      .slice(before)
      .map(({ at }, i) => at - speaker.sent[before + i - 1]!.at);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(22);
    expect(speaker.lastDelay).toBeGreaterThanOrEqual(138);
    speaker.videoDelay = 20;
    const middle = speaker.sent.length;
    speaker.run(5000);
    const back = speaker.sent
      .slice(middle)
      .map(({ at }, i) => at - speaker.sent[middle + i - 1]!.at);
    expect(Math.min(...back)).toBeGreaterThanOrEqual(18);
    expect(speaker.lastDelay).toBeLessThanOrEqual(22);
  });

  it('jumps in a pause, where nobody hears it', () => {
    const speaker = new Speaker();
    speaker.run(3000);
    speaker.speaking = false;
    speaker.videoDelay = 200;
    speaker.run(2500);
    speaker.speaking = true;
    speaker.run(300);
    expect(speaker.lastDelay).toBeGreaterThanOrEqual(198);
  });

  it('returns to no delay when the camera is off, and says no error then', () => {
    const speaker = new Speaker();
    speaker.videoDelay = 100;
    speaker.run(4000);
    speaker.camera = false;
    speaker.run(8000);
    expect(speaker.lastDelay).toBe(12);
    expect(speaker.sync.error(speaker.now)).toBeUndefined();
  });

  it('says no error of a voice that fell silent', () => {
    const speaker = new Speaker();
    speaker.run(3000);
    expect(speaker.sync.error(speaker.now)).toBeDefined();
    expect(speaker.sync.error(speaker.now + 1100)).toBeUndefined();
  });

  it('never follows a stuck pipeline beyond what a conversation bears', () => {
    const speaker = new Speaker();
    speaker.videoDelay = 3000;
    speaker.run(20_000);
    expect(speaker.lastDelay).toBeLessThanOrEqual(502);
    expect(speaker.sync.dropped).toBe(0);
  });

  it('says by how much audio is late where it cannot be early enough', () => {
    const sync = new LipSync<Packet>();
    for (let now = 0; now < 1000; now += 33) sync.videoSent(now - 10, now);
    for (let now = 0; now < 1000; now += 20) {
      sync.push({ captureTime: now - 60 }, now);
      sync.poll(now);
    }
    expect(sync.error(1000)!.mean).toBeCloseTo(50, 0);
  });

  it('sends nothing that waited when its speaker is muted', () => {
    const sync = new LipSync<Packet>();
    for (let now = 0; now < 1000; now += 33) sync.videoSent(now - 100, now);
    sync.push({ captureTime: 990 }, 1000);
    sync.clear();
    expect(sync.due).toBeUndefined();
    expect(sync.poll(5000)).toEqual([]);
  });

  it('is bounded where time stands still', () => {
    const sync = new LipSync<Packet>();
    for (let i = 0; i < 100; i += 1) sync.push({ captureTime: 1000 }, 0);
    expect(sync.dropped).toBe(36);
  });
});
