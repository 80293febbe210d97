import { describe, expect, it } from 'vitest';
import { EXTENSION } from '../../../src/pipeline/accept/header-extension.ts';
import { InboundMedia } from '../../../src/pipeline/accept/inbound-media.ts';
import { parseRtcp } from '../../../src/pipeline/accept/rtcp-packet.ts';
import { type RtpPacket, writeRtpHeader } from '../../../src/pipeline/accept/rtp-packet.ts';
import { wrapRtx } from '../../../src/pipeline/accept/rtx.ts';
import type { ReceivedVideoFrame } from '../../../src/pipeline/accept/video-receiver.ts';
import { seededRandom } from '../transmit/network-emulator.ts';
import { RtpSource } from './rtp-source.ts';

function open() {
  const frames: ReceivedVideoFrame[] = [];
  const audio: number[] = [];
  const media = new InboundMedia(1, {
    video: (frame) => frames.push(frame),
    audio: (packet) => audio.push(packet.sequence),
  });
  media.negotiated({
    payloads: new Map([
      [96, { kind: 'video', codec: 'vp8' }],
      [97, { kind: 'rtx', original: 96 }],
      [111, { kind: 'audio' }],
    ]),
    extensions: new Map([[EXTENSION.transportSequence, 3]]),
    nack: true,
    fir: true,
  });
  return { media, frames, audio };
}

let transport = 0;
const wire = (packet: RtpPacket, change: Partial<RtpPacket> = {}) => {
  const sequence = Buffer.alloc(2);
  sequence.writeUInt16BE(transport++ & 0xffff);
  const whole = { ...packet, ...change };
  return Buffer.concat([writeRtpHeader({ ...whole, extensions: [[3, sequence]] }), whole.payload]);
};
const voice = { marker: false, timestamp: 0, extensions: new Map(), payload: Buffer.from('opus') };

describe('InboundMedia', () => {
  it('lets no flood of a voice through to its listeners, each of whom got all of it', () => {
    const { media, audio } = open();
    const send = (sequence: number, now: number) =>
      media.rtp(wire({ ...voice, payloadType: 111, sequence, ssrc: 77 }), now);
    for (let i = 0; i < 1000; i += 1) send(i, i * 2.5);
    expect(audio).toHaveLength(1000);
    for (let i = 1000; i < 9000; i += 1) send(i, 2500 + (i - 1000) / 4);
    expect(audio.length).toBeLessThan(1000 + 3 * 400);
    expect(media.refused).toBe(9000 - audio.length);
  });

  it('tells camera, microphone and repair apart by payload type', () => {
    const { media, frames, audio } = open();
    const source = new RtpSource('vp8');
    const [first, second, third] = source.frame(true).packets;
    media.rtp(wire(first!), 0);
    media.rtp(wire(third!), 1);
    media.rtp(wire({ ...voice, payloadType: 111, sequence: 9, ssrc: 77 }), 1);
    const repair = {
      payloadType: 97,
      ssrc: 99,
      payload: wrapRtx(second!.sequence, second!.payload),
    };
    media.rtp(wire(second!, repair), 2);
    expect(frames).toHaveLength(1);
    expect(audio).toHaveLength(1);
    media.rtp(wire(first!, { payloadType: 50 }), 3);
    expect(frames).toHaveLength(1);
    expect(media.codec).toBe('vp8');
  });

  it('sends feedback on every packet, negotiated payload or not, and a report each second', () => {
    const { media } = open();
    const source = new RtpSource('vp8');
    const seen: string[] = [];
    let arrivals = 0;
    for (let now = 0; now < 2100; now += 1) {
      if (now % 33 === 0)
        for (const packet of source.frame(now === 0).packets) media.rtp(wire(packet), now);
      for (const message of media.poll(now).flatMap(parseRtcp)) {
        seen.push(message.type);
        if (message.type === 'twcc') arrivals += message.feedback.arrivals.length;
      }
    }
    expect(seen.filter((type) => type === 'receiver-report')).toHaveLength(2);
    expect(seen.filter((type) => type === 'twcc').length).toBeGreaterThan(25);
    expect(arrivals).toBeGreaterThan(180);
    expect(media.loss).toBe(0);
  });

  it('follows a camera that is replaced, and ignores a second one', () => {
    const { media, frames } = open();
    const first = new RtpSource('vp8');
    const second = new RtpSource('vp8');
    for (const packet of first.frame(true).packets) media.rtp(wire(packet), 0);
    for (const packet of second.frame(true).packets) media.rtp(wire(packet, { ssrc: 2 }), 10);
    expect(frames).toHaveLength(1);
    for (const packet of second.frame(true).packets) media.rtp(wire(packet, { ssrc: 2 }), 500);
    expect(frames).toHaveLength(2);
  });

  it('says how much of the video is lost', () => {
    const { media } = open();
    const source = new RtpSource('vp8');
    for (let i = 0; i < 100; i += 1) {
      const [packet] = source.frame(i === 0, 500).packets;
      if (i % 10 !== 5) media.rtp(wire(packet!), i);
    }
    media.poll(1200);
    expect(media.loss).toBeCloseTo(0.1, 1);
  });

  it('never throws, whatever comes', () => {
    const { media } = open();
    const random = seededRandom(9);
    for (let i = 0; i < 20_000; i += 1) {
      const data = Buffer.from(Array.from({ length: random() * 80 }, () => random() * 256));
      if (data.length > 1) {
        data[0] = 0x80 | (data[0]! & 0x1f);
        data[1] = [96, 97, 111, 224][Math.floor(random() * 4)]!;
      }
      media.rtp(data, i);
      media.poll(i);
    }
    expect(media.refused).toBeGreaterThan(0);
  });
});
