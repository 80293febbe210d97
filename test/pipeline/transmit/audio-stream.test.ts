import { describe, expect, it } from 'vitest';
import { AudioStream } from '../../../src/pipeline/transmit/audio-stream.ts';

const open = () => new AudioStream({ ssrc: 1, sequence: 65_534, timestamp: 2 ** 32 - 960 });
const packet = (i: number, from = { sequence: 1000, rtpTime: 5000, at: 0 }) => ({
  data: Buffer.from([i]),
  sequence: from.sequence + i,
  rtpTime: (from.rtpTime + i * 960) % 2 ** 32,
  marker: false,
  captureTime: from.at + i * 20,
});

describe('AudioStream', () => {
  it('passes packets on in its own numbering, across both wraps', () => {
    const stream = open();
    const sent = [0, 1, 2, 3].map((i) => stream.send(packet(i), 111)!);
    expect(sent.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0, 1]);
    expect(sent.map(({ timestamp }) => timestamp)).toEqual([2 ** 32 - 960, 0, 960, 1920]);
  });

  it('keeps the source’s holes and reorderings', () => {
    const stream = open();
    const sent = [0, 1, 4, 3, 5].map((i) => stream.send(packet(i), 111)!);
    expect(sent.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 2, 1, 3]);
    expect(sent.map(({ timestamp }) => timestamp)).toEqual([2 ** 32 - 960, 0, 2880, 1920, 3840]);
  });

  it('keeps the silence of discontinuous transmission', () => {
    const stream = open();
    const first = stream.send(packet(0), 111)!;
    const later = stream.send({ ...packet(1), rtpTime: 5000 + 48_000, captureTime: 1000 }, 111)!;
    expect(later.sequence).toBe((first.sequence + 1) & 0xffff);
    expect((later.timestamp - first.timestamp + 2 ** 32) % 2 ** 32).toBe(48_000);
  });

  it('runs on evenly when another source speaks', () => {
    const stream = open();
    for (const i of [0, 1, 2]) stream.send(packet(i), 111);
    const last = stream.send(packet(3), 111)!;
    stream.restart();
    const other = { sequence: 60_000, rtpTime: 4_000_000_000, at: 100 };
    const first = stream.send(packet(0, other), 111)!;
    expect(first.sequence).toBe(last.sequence + 1);
    // 40 ms after the last one's capture.
    expect(first.timestamp - last.timestamp).toBe(1920);
    expect(first.marker).toBe(true);
    expect(stream.send(packet(1, other), 111)!.timestamp - first.timestamp).toBe(960);
  });

  it('reports on the capture clock that it shares with the video', () => {
    const stream = open();
    expect(stream.report(0)).toBeUndefined();
    stream.send(packet(0), 111);
    stream.send(packet(1), 111);
    expect(stream.report(120)).toEqual({ rtpTime: 4800, packets: 2, octets: 2 });
  });
});
