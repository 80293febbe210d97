import { describe, expect, it } from 'vitest';
import { FrameAssembler } from '../../../src/pipeline/accept/frame-assembler.ts';
import type { RtpPacket } from '../../../src/pipeline/accept/rtp-packet.ts';
import { Unwrapper } from '../../../src/pipeline/accept/sequence.ts';
import { seededRandom } from '../transmit/network-emulator.ts';
import { RtpSource } from './rtp-source.ts';

describe.each(['vp8', 'h264'] as const)('FrameAssembler with %s', (codec) => {
  const setUp = () => {
    const source = new RtpSource(codec);
    const assembler = new FrameAssembler();
    const unwrapper = new Unwrapper(16);
    const put = (packets: readonly RtpPacket[], at = 0) =>
      packets.flatMap((packet) =>
        assembler.receive(unwrapper.unwrap(packet.sequence), packet, codec, at),
      );
    return { source, assembler, unwrapper, put };
  };

  it('hands on whole frames in order, across the sequence wrap', () => {
    const { source, put } = setUp();
    for (let i = 0; i < 40; i += 1) {
      const { data, packets } = source.frame(i === 0);
      const frames = put(packets, i);
      expect(frames.map((frame) => frame.data)).toEqual([data]);
      expect(frames[0]).toMatchObject({ keyframe: i === 0, rtpTime: i * 3000, receivedAt: i });
    }
  });

  it('puts shuffled packets of a frame in order', () => {
    const { source, put } = setUp();
    put(source.frame(true).packets);
    const random = seededRandom(4);
    const { data, packets } = source.frame(false, 9000);
    const shuffled = packets
      .map((packet) => ({ packet, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ packet }) => packet);
    expect(shuffled).not.toEqual(packets);
    expect(put(shuffled).map((frame) => frame.data)).toEqual([data]);
  });

  it('starts at a keyframe and asks for one until it comes', () => {
    const { source, assembler, put } = setUp();
    expect(put(source.frame(false).packets)).toEqual([]);
    expect(assembler.needsKeyframe).toBe(true);
    const { packets } = source.frame(true);
    put(packets.slice(0, 1));
    expect(assembler.needsKeyframe).toBe(false);
    expect(put(packets.slice(1))).toHaveLength(1);
  });

  it('waits at a hole and goes on when it is repaired', () => {
    const { source, put } = setUp();
    put(source.frame(true).packets);
    const torn = source.frame(false);
    const next = source.frame(false);
    const missing = torn.packets[1]!;
    expect(put([...torn.packets.filter((packet) => packet !== missing), ...next.packets])).toEqual(
      [],
    );
    expect(put([missing]).map((frame) => frame.data)).toEqual([torn.data, next.data]);
  });

  it('hands on nothing that refers to a frame that was given up', () => {
    const { source, assembler, unwrapper, put } = setUp();
    put(source.frame(true).packets);
    const torn = source.frame(false);
    const after = source.frame(false);
    const missing = torn.packets[0]!;
    put([...torn.packets.slice(1), ...after.packets]);
    expect(assembler.giveUp(unwrapper.peek(missing.sequence))).toEqual([]);
    expect(assembler.needsKeyframe).toBe(true);
    expect(put(source.frame(false).packets)).toEqual([]);
    const key = source.frame(true);
    expect(put(key.packets).map((frame) => frame.data)).toEqual([key.data]);
  });

  it('jumps a hole as soon as a whole keyframe stands behind it', () => {
    const { source, put } = setUp();
    put(source.frame(true).packets);
    put(source.frame(false).packets.slice(1));
    put(source.frame(false).packets);
    const key = source.frame(true);
    expect(put(key.packets).map((frame) => frame.data)).toEqual([key.data]);
    expect(put(source.frame(false).packets)).toHaveLength(1);
  });

  it('is not disturbed by duplicates, padding and late packets', () => {
    const { source, put } = setUp();
    const key = source.frame(true);
    expect(put([...key.packets, ...key.packets])).toHaveLength(1);
    const padding = { ...source.frame(false, 10).packets[0]!, payload: Buffer.alloc(0) };
    expect(put([padding])).toEqual([]);
    expect(put(source.frame(false).packets)).toHaveLength(1);
    expect(put(key.packets)).toEqual([]);
  });

  it('drops a frame without end and waits for a keyframe', () => {
    const { source, assembler, put } = setUp();
    put(source.frame(true).packets);
    for (let i = 0; i < 1100; i += 1) {
      const [packet] = source.frame(false, 1000).packets;
      put([{ ...packet!, timestamp: 90_000, marker: false }]);
    }
    expect(assembler.needsKeyframe).toBe(true);
    expect(put(source.frame(true).packets)).toHaveLength(1);
  });

  it('stays bounded while a hole is not repaired', () => {
    const { source, put } = setUp();
    put(source.frame(true).packets);
    put(source.frame(false).packets.slice(1));
    for (let i = 0; i < 600; i += 1) expect(put(source.frame(false).packets)).toEqual([]);
    expect(put(source.frame(true).packets)).toHaveLength(1);
  });

  it('never hands on a damaged frame, whatever is lost or reordered', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const random = seededRandom(seed);
      const { source, assembler, unwrapper, put } = setUp();
      const sent = new Map<number, Buffer>();
      let chainWhole = false;
      let out = 0;
      for (let i = 0; i < 300; i += 1) {
        const { data, packets } = source.frame(i % 50 === 0);
        sent.set(i * 3000, data);
        const kept = packets.filter(() => random() > 0.03);
        if (random() < 0.2) kept.reverse();
        const frames = put(kept);
        const newest = unwrapper.peek((source.sequence - 1) & 0xffff);
        if (random() < 0.1 && assembler.next !== undefined && assembler.next <= newest) {
          frames.push(...assembler.giveUp(newest));
          chainWhole = false;
        }
        for (const frame of frames) {
          expect(frame.data).toEqual(sent.get(frame.rtpTime));
          if (frame.keyframe) chainWhole = true;
          expect(chainWhole).toBe(true);
          out += 1;
        }
      }
      expect(out).toBeGreaterThan(10);
    }
  });

  it('looks through what waits behind a hole once, not with each packet of a frame without an end', () => {
    const { source, put } = setUp();
    put(source.frame(true).packets);
    source.frame(false);
    const [start] = source.frame(true).packets;
    let looks = 0;
    const endless = Array.from({ length: 500 }, (_, i) => ({
      ...start!,
      marker: false,
      sequence: (start!.sequence + i) & 0xffff,
      get timestamp() {
        looks += 1;
        return 1;
      },
    }));
    expect(put(endless)).toEqual([]);
    expect(looks).toBeLessThan(10 * endless.length);
  });
});

describe('FrameAssembler', () => {
  it('takes an H.264 keyframe without parameter sets behind a frame boundary', () => {
    const source = new RtpSource('h264');
    const assembler = new FrameAssembler();
    let sequence = 0;
    const put = (packets: readonly RtpPacket[]) =>
      packets.flatMap((packet) => assembler.receive(sequence++, packet, 'h264', 0));
    put(source.frame(true).packets);
    const [first, ...rest] = source.frame(false).packets;
    sequence += 1;
    put(rest);
    assembler.giveUp(sequence - rest.length - 1);
    expect(first).toBeDefined();
    put(source.frame(false).packets);
    const idr = source.frame(true, 4000).packets.slice(1);
    expect(put(idr)).toMatchObject([{ keyframe: true }]);
  });
});
