import { describe, expect, it } from 'vitest';
import { FrameLedger } from '../../src/pipeline/frame-ledger.ts';

describe('the ledger of frames under way', () => {
  it('gives an avatar frame the capture time of the camera frame it answers', () => {
    const ledger = new FrameLedger();
    ledger.enter({ captureTime: 100, receivedAt: 110 });
    const second = ledger.enter({ captureTime: 133, receivedAt: 143 });
    expect(ledger.answer(second, 160)).toEqual({ captureTime: 133, receivedAt: 143 });
  });

  it("gives the avatar's own frames the time a camera frame would have had", () => {
    const ledger = new FrameLedger();
    const frame = ledger.enter({ captureTime: 100, receivedAt: 105 });
    ledger.answer(frame, 140);
    expect(ledger.answer(null, 190)).toEqual({ captureTime: 150, receivedAt: null });
  });

  it('never goes back in time, also when a late frame comes after a filled gap', () => {
    const ledger = new FrameLedger();
    const times: number[] = [];
    const first = ledger.enter({ captureTime: 100, receivedAt: 105 });
    times.push(ledger.answer(first, 120).captureTime);
    const late = ledger.enter({ captureTime: 133, receivedAt: 190 });
    times.push(ledger.answer(null, 180).captureTime);
    times.push(ledger.answer(late, 210).captureTime);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(3);
  });

  it('stays bounded when frames are never answered, and does not mistake one for another', () => {
    const ledger = new FrameLedger();
    for (let frame = 0; frame < 10_000; frame++)
      ledger.enter({ captureTime: frame, receivedAt: frame });
    expect(ledger.answer(3, 10_001).receivedAt).toBeNull();
    expect(ledger.answer(9_999, 10_002).receivedAt).toBe(9_999);
  });
});
