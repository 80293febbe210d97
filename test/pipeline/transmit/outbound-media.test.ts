import { describe, expect, it } from 'vitest';
import { EXTENSION } from '../../../src/pipeline/accept/header-extension.ts';
import { unixFromNtp } from '../../../src/pipeline/accept/ntp-time.ts';
import { parseRtcp, type RtcpPacket } from '../../../src/pipeline/accept/rtcp-packet.ts';
import { parseRtp, type RtpPacket } from '../../../src/pipeline/accept/rtp-packet.ts';
import { AudioStream } from '../../../src/pipeline/transmit/audio-stream.ts';
import { OutboundMedia } from '../../../src/pipeline/transmit/outbound-media.ts';
import { VideoStream } from '../../../src/pipeline/transmit/video-stream.ts';

const EXTENSIONS = new Map<string, number>([
  [EXTENSION.mid, 4],
  [EXTENSION.transportSequence, 3],
  [EXTENSION.playoutDelay, 5],
]);
const BITRATE = { min: 150_000, start: 1_000_000, max: 2_000_000 };

/** A lane's other end, in simulated time. */
class Watcher {
  readonly rtp: { at: number; packet: RtpPacket }[] = [];
  readonly rtcp: { at: number; packet: RtcpPacket }[] = [];
  readonly bitrates = new Map<number, number>();
  readonly keyframesAsked: number[] = [];
  now = 0;
  readonly media = new OutboundMedia(
    {
      rtp: (header, payload) => {
        this.rtp.push({ at: this.now, packet: parseRtp(Buffer.concat([header, payload]))! });
      },
      rtcp: (packets) => {
        for (const packet of parseRtcp(Buffer.concat(packets)))
          this.rtcp.push({ at: this.now, packet });
      },
    },
    { bitrate: BITRATE, toUnix: (at) => 1_000_000 + at },
  );

  addVideo(ssrc: number): void {
    const seed = { sequence: 0, rtxSequence: 0, timestamp: 0, pictureId: 0 };
    this.media.putVideo({
      mid: `${ssrc}v`,
      extensions: EXTENSIONS,
      cname: 'anna',
      stream: new VideoStream({ ssrc, rtxSsrc: ssrc + 1, ...seed }),
      types: { codec: 'vp8', payloadType: 96, rtx: 97 },
      onKeyframeNeeded: () => this.keyframesAsked.push(this.now),
      onBitrate: (bitrate) => this.bitrates.set(ssrc, bitrate),
    });
  }

  addAudio(ssrc: number): void {
    const stream = new AudioStream({ ssrc, sequence: 0, timestamp: 0 });
    this.media.putAudio({
      mid: 'a',
      extensions: EXTENSIONS,
      cname: 'anna',
      stream,
      payloadType: 111,
    });
  }

  frame(ssrc: number, keyframe: boolean, bytes = 3000, captureTime = this.now): void {
    const data = Buffer.alloc(bytes, keyframe ? 0x10 : 0x11);
    this.media.sendVideo(ssrc, { data, keyframe }, captureTime, this.now);
  }

  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (; this.now < end; this.now += 1) {
      const { due } = this.media;
      if (due !== undefined && due <= this.now) this.media.poll(this.now);
    }
  }

  of(ssrc: number): RtpPacket[] {
    return this.rtp.map(({ packet }) => packet).filter((packet) => packet.ssrc === ssrc);
  }
}

describe('OutboundMedia', () => {
  it('stamps every packet: section, transport sequence, and no playout delay on video', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.addAudio(20);
    watcher.frame(10, true);
    watcher.media.sendAudio(
      20,
      { data: Buffer.from('opus'), sequence: 1, rtpTime: 0, marker: true, captureTime: 0 },
      0,
    );
    watcher.run(20);
    const video = watcher.of(10);
    expect(video).toHaveLength(3);
    expect(video.map((packet) => String(packet.extensions.get(4)))).toEqual(['10v', '10v', '10v']);
    expect(video.map((packet) => packet.extensions.get(5))).toEqual(
      Array.from({ length: 3 }, () => Buffer.from([0, 0, 0])),
    );
    expect(watcher.of(20)[0]!.extensions.has(5)).toBe(false);
    const order = watcher.rtp.map(({ packet }) => packet.extensions.get(3)!.readUInt16BE(0));
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('does not let a voice wait behind a keyframe', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.addAudio(20);
    watcher.frame(10, true, 60_000);
    watcher.media.sendAudio(
      20,
      { data: Buffer.from('opus'), sequence: 1, rtpTime: 0, marker: true, captureTime: 0 },
      0,
    );
    expect(watcher.of(20)).toHaveLength(1);
    expect(watcher.of(10).length).toBeLessThan(30);
  });

  it('reports audio and video on one capture clock, so that a receiver can keep them in step', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.addAudio(20);
    watcher.now = 1000;
    // Both captured at 900, sent at different times later.
    watcher.frame(10, true, 100, 900);
    watcher.now = 1040;
    watcher.media.sendAudio(
      20,
      { data: Buffer.from('opus'), sequence: 1, rtpTime: 0, marker: true, captureTime: 900 },
      1040,
    );
    watcher.run(1000);
    const captured = (ssrc: number, hz: number) => {
      const report = watcher.rtcp
        .map(({ packet }) => packet)
        .findLast((packet) => packet.type === 'sender-report' && packet.ssrc === ssrc);
      if (report?.type !== 'sender-report') throw new Error('no report');
      const [packet] = watcher.of(ssrc);
      const ticks = (packet!.timestamp - report.rtpTime) | 0;
      return unixFromNtp(report.ntp) + (ticks * 1000) / hz;
    };
    expect(captured(10, 90_000)).toBeCloseTo(1_000_900, 1);
    expect(captured(20, 48_000)).toBeCloseTo(1_000_900, 1);
  });

  it('answers a NACK at once and a PLI by asking the encoder', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.frame(10, true);
    watcher.run(20);
    watcher.media.rtcp({ type: 'nack', media: 10, sequences: [1] }, watcher.now);
    expect(watcher.of(11)).toHaveLength(1);
    watcher.media.rtcp({ type: 'pli', media: 10 }, watcher.now);
    watcher.media.rtcp({ type: 'pli', media: 99 }, watcher.now);
    watcher.run(1000);
    expect(watcher.keyframesAsked).toEqual([500]);
  });

  it('measures the round trip by its reports', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.frame(10, true);
    watcher.run(10);
    const sent = watcher.rtcp.find(({ packet }) => packet.type === 'sender-report')!;
    if (sent.packet.type !== 'sender-report') throw new Error('no report');
    const report = {
      ssrc: 10,
      fractionLost: 64,
      cumulativeLost: 0,
      highestSequence: 0,
      jitter: 0,
      lastSenderReport: Number((sent.packet.ntp >> 16n) & 0xffff_ffffn),
      delaySinceLastSenderReport: 65_536 / 10,
    };
    watcher.media.rtcp({ type: 'receiver-report', ssrc: 5, reports: [report] }, sent.at + 180);
    expect(watcher.media.rtt).toBeCloseTo(80, 0);
    expect(watcher.media.remoteLoss).toBe(0.25);
  });

  it('shares the estimate between videos, and keeps each within its limits', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    expect(watcher.bitrates.get(10)).toBe(1_000_000);
    watcher.addVideo(30);
    watcher.addAudio(20);
    expect([...watcher.bitrates.values()]).toEqual([475_000, 475_000]);
    for (let i = 1; i < 9; i += 1) watcher.addVideo(30 + i * 2);
    expect(Math.min(...watcher.bitrates.values())).toBe(BITRATE.min);
    for (let i = 0; i < 9; i += 1) watcher.media.remove(30 + i * 2);
    expect(watcher.bitrates.get(10)).toBe(950_000);
  });

  it('sends nothing of a lane that was removed, not even what was queued', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.frame(10, true, 100_000);
    const before = watcher.of(10).length;
    watcher.media.remove(10);
    watcher.run(100);
    expect(watcher.of(10)).toHaveLength(before);
  });

  it('probes for more with repeats, spaced at the probe’s rate', () => {
    const watcher = new Watcher();
    watcher.addVideo(10);
    watcher.frame(10, true, 20_000);
    watcher.run(600);
    const repeats = watcher.rtp.filter(({ packet }) => packet.ssrc === 11);
    expect(repeats.length).toBeGreaterThanOrEqual(5);
    const span = repeats.at(-1)!.at - repeats[0]!.at;
    expect(span).toBeGreaterThanOrEqual(10);
    expect(span).toBeLessThanOrEqual(25);
  });
});
