import { describe, expect, it } from 'vitest';
import { SrtpIndex } from '../../../src/pipeline/accept/srtp-index.ts';
import { SrtpRollover } from '../../../src/pipeline/accept/srtp-rollover.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

describe('SrtpRollover', () => {
  it('counts the wraps, and keeps the count of what is sent again', () => {
    const rollover = new SrtpRollover();
    const sequences = [65_534, 65_535, 0, 1, 65_535, 2];
    expect(sequences.map((sequence) => rollover.of(sequence))).toEqual([0, 0, 1, 1, 0, 1]);
  });

  it('agrees with what a receiver estimates, through loss and repetition', () => {
    const random = seededRandom(1);
    const rollover = new SrtpRollover();
    const index = new SrtpIndex();
    let checked = 0;
    for (let sent = 30_000; sent < 300_000; sent += 1) {
      const sequences = [sent];
      if (random() < 0.02) sequences.push(sent - Math.floor(random() * 500));
      for (const sequence of sequences.map((each) => each & 0xffff)) {
        const count = rollover.of(sequence);
        if (random() < 0.3) continue;
        const estimate = index.estimate(sequence);
        if (estimate === undefined) continue;
        expect(estimate).toBe(count);
        index.accept(sequence);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(150_000);
  });
});
