import { describe, expect, it } from 'vitest';
import { RemoteClock } from '../../../src/pipeline/accept/capture-clock.ts';
import { ntpFromUnix } from '../../../src/pipeline/accept/ntp-time.ts';
import { parseRtcp } from '../../../src/pipeline/accept/rtcp-packet.ts';
import type { RtpPacket } from '../../../src/pipeline/accept/rtp-packet.ts';
import {
  type ReceivedVideoFrame,
  VideoReceiver,
  type VideoReceiverOptions,
} from '../../../src/pipeline/accept/video-receiver.ts';
import { Link, type LinkOptions } from '../transmit/network-emulator.ts';
import { RtpSource } from './rtp-source.ts';

function open(options: Partial<VideoReceiverOptions> = {}): VideoReceiver {
  return new VideoReceiver({
    ssrc: 0x1234,
    localSsrc: 1,
    remoteClock: new RemoteClock(),
    nack: true,
    fir: true,
    absCaptureTime: undefined,
    ...options,
  });
}

/** A camera behind a lossy path, answering NACKs and keyframe requests. */
class Camera {
  readonly receiver = open();
  readonly source = new RtpSource('vp8');
  readonly frames: { at: number; frame: ReceivedVideoFrame }[] = [];
  readonly data = new Map<number, Buffer>();
  readonly path: Link<{ packet: RtpPacket; repaired: boolean }>;
  readonly #back: Link<Buffer>;
  readonly #history = new Map<number, RtpPacket>();
  answers = true;
  keyframesAsked = 0;
  nacks = 0;
  #keyframe = true;
  now = 0;

  constructor(link: Partial<LinkOptions>, seed: number) {
    const base = { rate: 20e6, delay: 20, queue: 500, loss: 0, jitter: 2, ...link };
    this.path = new Link(base, seed);
    this.#back = new Link({ ...base, loss: 0 }, seed + 1);
    this.receiver.setRtt(base.delay * 2);
  }

  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (; this.now < end; this.now += 1) {
      const { now } = this;
      if (now % 33 === 0) {
        const { data, packets } = this.source.frame(this.#keyframe);
        this.#keyframe = false;
        this.data.set(packets[0]!.timestamp, data);
        for (const packet of packets) {
          this.#history.set(packet.sequence, packet);
          this.path.send({ packet, repaired: false }, 1100, now);
        }
      }
      for (const { item } of this.path.receive(now)) {
        this.#take(this.receiver.receive(item.packet, 'vp8', now, item.repaired));
      }
      const { rtcp, frames } = this.receiver.poll(now);
      this.#take(frames);
      for (const message of rtcp) this.#back.send(message, 80, now);
      for (const { item } of this.#back.receive(now)) this.#answer(item);
    }
  }

  #take(frames: ReceivedVideoFrame[]): void {
    for (const frame of frames) this.frames.push({ at: this.now, frame });
  }

  #answer(message: Buffer): void {
    for (const packet of parseRtcp(message)) {
      if (packet.type === 'nack') {
        this.nacks += packet.sequences.length;
        if (!this.answers) continue;
        for (const sequence of packet.sequences) {
          const lost = this.#history.get(sequence);
          if (lost) this.path.send({ packet: lost, repaired: true }, 1100, this.now);
        }
      } else {
        this.keyframesAsked += 1;
        this.#keyframe = true;
      }
    }
  }
}

describe('VideoReceiver', () => {
  for (const seed of [1, 2, 3]) {
    it(`repairs 5 % of loss so that every frame comes, whole and in order (seed ${seed})`, () => {
      const camera = new Camera({ loss: 0.05 }, seed);
      camera.run(20_000);
      expect(camera.path.dropped).toBeGreaterThan(60);
      const expected = Math.floor(20_000 / 33);
      expect(camera.frames.length).toBeGreaterThan(expected * 0.98);
      let last = -1;
      for (const { frame } of camera.frames) {
        expect(frame.data).toEqual(camera.data.get(frame.rtpTime));
        expect(frame.rtpTime).toBeGreaterThan(last);
        last = frame.rtpTime;
      }
      expect(camera.receiver.report(camera.now).cumulativeLost).toBeLessThan(5);
    });
  }

  it('asks for no repair and no keyframe on a clean path', () => {
    const camera = new Camera({}, 1);
    camera.run(3000);
    expect(camera.nacks).toBe(0);
    expect(camera.keyframesAsked).toBe(0);
  });

  it('recovers by a keyframe within a second where repair fails', () => {
    const camera = new Camera({}, 1);
    camera.answers = false;
    camera.run(2000);
    camera.path.options = { ...camera.path.options, loss: 1 };
    camera.run(40);
    camera.path.options = { ...camera.path.options, loss: 0 };
    const before = camera.frames.length;
    camera.run(1000);
    const after = camera.frames.slice(before);
    expect(after.some(({ frame }) => frame.keyframe)).toBe(true);
    expect(after[0]!.frame.keyframe || after[0]!.at < 2060).toBe(true);
    for (const { frame } of after) expect(frame.data).toEqual(camera.data.get(frame.rtpTime));
    expect(camera.keyframesAsked).toBeGreaterThan(0);
    expect(camera.keyframesAsked).toBeLessThanOrEqual(3);
  });

  it('asks for a keyframe at once after an outage too long to repair', () => {
    const camera = new Camera({}, 1);
    camera.run(1000);
    camera.path.options = { ...camera.path.options, loss: 1 };
    camera.run(5000);
    camera.path.options = { ...camera.path.options, loss: 0 };
    const before = camera.frames.length;
    camera.run(400);
    expect(camera.frames.slice(before).some(({ frame }) => frame.keyframe)).toBe(true);
  });

  it('takes what the sender says of a frame as its capture time', () => {
    const remoteClock = new RemoteClock();
    const receiver = open({ remoteClock, absCaptureTime: 9 });
    receiver.senderReport(ntpFromUnix(1_000_000), 0, 500);
    const [packet] = new RtpSource('vp8').frame(true, 100).packets;
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(ntpFromUnix(1_000_070));
    const stamped = { ...packet!, extensions: new Map([[9, stamp]]) };
    const [frame] = receiver.receive(stamped, 'vp8', 600);
    expect(frame!.captureTime).toBeCloseTo(570, 1);
  });
});
