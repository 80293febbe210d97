import { describe, expect, it } from 'vitest';
import { readTwcc, writeTwcc } from '../../../src/pipeline/accept/twcc-feedback.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

describe('TwccFeedback', () => {
  for (const loss of [0, 0.05, 0.5, 0.97]) {
    it(`carries arrivals to a quarter millisecond, without drift, at ${loss * 100} % loss`, () => {
      const random = seededRandom(1 + loss * 100);
      let at = 1_000_000.1;
      const arrivals = Array.from({ length: 2000 }, (_, i) => {
        at += random() * 3;
        return i === 0 || random() >= loss ? at : undefined;
      });
      const read = readTwcc(writeTwcc({ base: 65_000, count: 9, arrivals }))!;
      expect(read).toMatchObject({ base: 65_000, count: 9 });
      expect(read.arrivals.length).toBe(arrivals.length);
      read.arrivals.forEach((arrival, i) => {
        if (arrivals[i] === undefined) expect(arrival).toBeUndefined();
        else expect(Math.abs(arrival! - arrivals[i]!)).toBeLessThanOrEqual(0.125);
      });
    });
  }

  it('writes the bytes of the specification', () => {
    // Reference 1 × 64 ms, one vector chunk of two-bit symbols, deltas of 4 ms and 1 ms.
    const fci = writeTwcc({ base: 258, count: 3, arrivals: [68, undefined, 69] });
    expect(fci.toString('hex')).toBe(['0102', '0003', '000001', '03', 'd100', '10', '04'].join(''));
  });

  it('takes a packet that overtook its neighbours', () => {
    const arrivals = [500, 480, 510, 700, 690];
    expect(readTwcc(writeTwcc({ base: 1, count: 0, arrivals }))!.arrivals).toEqual(arrivals);
  });

  it('keeps its small size for an even stream', () => {
    const arrivals = Array.from({ length: 100 }, (_, i) => 64 + i);
    expect(writeTwcc({ base: 1, count: 0, arrivals }).length).toBeLessThanOrEqual(8 + 2 + 100 + 2);
  });

  it('refuses a count that the message does not hold', () => {
    const fci = writeTwcc({ base: 1, count: 0, arrivals: [64, 65, 66] });
    for (let length = 0; length < 13; length += 1) {
      expect(readTwcc(fci.subarray(0, length))).toBeUndefined();
    }
    fci.writeUInt16BE(60_000, 2);
    expect(readTwcc(fci)).toBeUndefined();
  });
});
