import { describe, expect, it } from 'vitest';
import { readVp8Payload } from '../../../src/pipeline/accept/vp8-depacketizer.ts';
import { VideoStream } from '../../../src/pipeline/transmit/video-stream.ts';

const SEED = {
  ssrc: 1,
  rtxSsrc: 2,
  sequence: 65_534,
  rtxSequence: 65_535,
  timestamp: 1000,
  pictureId: 5,
};
const VP8 = { codec: 'vp8', payloadType: 96, rtx: 97 } as const;
const H264 = { codec: 'h264', payloadType: 98, rtx: 99 } as const;
const vp8 = (keyframe: boolean, bytes = 3000) => ({
  data: Buffer.alloc(bytes, keyframe ? 0x10 : 0x11),
  keyframe,
});
const h264 = (keyframe: boolean) => ({
  data: Buffer.from([0, 0, 0, 1, keyframe ? 0x65 : 0x41, 7]),
  keyframe,
});

describe('VideoStream', () => {
  it('numbers packets on across frames and the wrap, and marks each frame’s last', () => {
    const stream = new VideoStream(SEED);
    const packets = [vp8(true), vp8(false)].flatMap((frame, i) =>
      stream.send(frame, 1000 + i * 100, VP8, 0),
    );
    expect(packets.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0, 1, 2, 3]);
    expect(packets.map(({ marker }) => marker)).toEqual([false, false, true, false, false, true]);
    expect(packets.map(({ timestamp }) => timestamp)).toEqual([1e3, 1e3, 1e3, 1e4, 1e4, 1e4]);
  });

  it('sends nothing before a keyframe, and asks for one', () => {
    const stream = new VideoStream(SEED);
    expect(stream.send(vp8(false), 0, VP8, 0)).toEqual([]);
    expect(stream.pollKeyframe(0)).toBe(true);
    expect(stream.send(vp8(true), 33, VP8, 33)).not.toEqual([]);
    expect(stream.send(vp8(false), 66, VP8, 66)).not.toEqual([]);
  });

  it('goes on in one numbering where the codec changes', () => {
    const stream = new VideoStream(SEED);
    const before = stream.send(vp8(true, 500), 0, VP8, 0).at(-1)!;
    stream.restart();
    expect(stream.send(h264(false), 33, H264, 33)).toEqual([]);
    const [after] = stream.send(h264(true), 66, H264, 66);
    expect(after!.sequence).toBe((before.sequence + 1) & 0xffff);
    expect(after!.timestamp - before.timestamp).toBe(66 * 90);
    expect(after!.payloadType).toBe(98);
  });

  it('answers a NACK by RTX, once a round trip', () => {
    const stream = new VideoStream(SEED);
    const [, second] = stream.send(vp8(true), 0, VP8, 0);
    const [repair, ...more] = stream.nack([second!.sequence, 40_000], VP8, 10, 50);
    expect(more).toEqual([]);
    expect(repair).toMatchObject({ ssrc: 2, payloadType: 97, sequence: 65_535, timestamp: 1000 });
    expect(repair!.payload.readUInt16BE(0)).toBe(second!.sequence);
    expect(repair!.payload.subarray(2)).toEqual(second!.payload);
    expect(stream.nack([second!.sequence], VP8, 20, 50)).toEqual([]);
    expect(stream.nack([second!.sequence], VP8, 70, 50)[0]!.sequence).toBe(0);
  });

  it('sends the packet itself again where RTX was not negotiated', () => {
    const stream = new VideoStream(SEED);
    const [first] = stream.send(vp8(true), 0, VP8, 0);
    const without = { ...VP8, rtx: undefined };
    expect(stream.nack([first!.sequence], without, 10, 50)).toEqual([first]);
    expect(stream.repeats(5000, without)).toEqual([]);
  });

  it('fills probes with repeats that a receiver can read', () => {
    const stream = new VideoStream(SEED);
    stream.send(vp8(true), 0, VP8, 0);
    const repeats = stream.repeats(7000, VP8);
    const bytes = repeats.reduce((sum, { payload }) => sum + payload.length, 0);
    expect(bytes).toBeGreaterThanOrEqual(7000);
    expect(repeats.every(({ ssrc }) => ssrc === 2)).toBe(true);
    expect(repeats.map(({ payload }) => readVp8Payload(payload.subarray(2)))).not.toContain(
      undefined,
    );
  });

  it('reports what it sent, and the RTP time of the report’s own instant', () => {
    const stream = new VideoStream(SEED);
    expect(stream.report(0)).toBeUndefined();
    stream.send(vp8(true), 5000, VP8, 5020);
    expect(stream.report(5100)).toEqual({ rtpTime: 1000 + 9000, packets: 3, octets: 3012 });
  });
});
