import { describe, expect, it } from 'vitest';
import { readH264Payload } from '../../../src/pipeline/accept/h264-depacketizer.ts';

const START = [0, 0, 0, 1];
const join = (payload: number[]) => [
  ...Buffer.concat(readH264Payload(Buffer.from(payload))!.parts),
];

describe('readH264Payload', () => {
  it('puts a start code before a single unit', () => {
    expect(join([0x65, 1, 2])).toEqual([...START, 0x65, 1, 2]);
    expect(readH264Payload(Buffer.from([0x65, 1]))).toMatchObject({ keyframe: true });
    expect(readH264Payload(Buffer.from([0x61, 1]))).toMatchObject({ keyframe: false });
  });

  it('takes an aggregate apart', () => {
    const stap = [0x78, 0, 2, 0x67, 1, 0, 1, 0x68, 0, 2, 0x65, 9];
    expect(join(stap)).toEqual([...START, 0x67, 1, ...START, 0x68, ...START, 0x65, 9]);
    expect(readH264Payload(Buffer.from(stap))).toMatchObject({ starts: true, keyframe: true });
  });

  it('joins fragments into the unit they were cut from', () => {
    expect([...join([0x7c, 0x85, 1]), ...join([0x7c, 0x05, 2]), ...join([0x7c, 0x45, 3])]).toEqual([
      ...START,
      0x65,
      1,
      2,
      3,
    ]);
  });

  it('refuses aggregates that lie about their lengths, and formats not negotiated', () => {
    for (const bytes of [
      [],
      [0x65],
      [0x78, 0, 9, 0x67],
      [0x78, 0, 0],
      [0x78, 0],
      [0x7c, 0x85],
      [0x79, 0, 0, 0],
      [0x60, 1, 2],
    ]) {
      expect(readH264Payload(Buffer.from(bytes))).toBeUndefined();
    }
  });
});
