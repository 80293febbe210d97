import { describe, expect, it } from 'vitest';
import { PacketHistory } from '../../../src/pipeline/transmit/packet-history.ts';

const packet = (sequence: number, bytes = 1000) => ({
  sequence,
  timestamp: 0,
  payloadType: 96,
  marker: false,
  payload: Buffer.alloc(bytes),
});

describe('PacketHistory', () => {
  it('answers once a round trip', () => {
    const history = new PacketHistory();
    history.add(packet(7), 0);
    expect(history.resend(7, 10, 50)?.sequence).toBe(7);
    expect(history.resend(7, 40, 50)).toBeUndefined();
    expect(history.resend(7, 60, 50)?.sequence).toBe(7);
  });

  it('does not know what was never sent or is too old to help', () => {
    const history = new PacketHistory();
    history.add(packet(7), 0);
    expect(history.resend(8, 0, 50)).toBeUndefined();
    expect(history.resend(7, 1001, 50)).toBeUndefined();
  });

  it('is bounded in bytes', () => {
    const history = new PacketHistory();
    for (let i = 0; i < 5000; i += 1) history.add(packet(i), 0);
    expect(history.bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(history.resend(0, 1, 50)).toBeUndefined();
    expect(history.resend(4999, 1, 50)).toBeDefined();
  });

  it('replaces a sequence number that came round again', () => {
    const history = new PacketHistory();
    history.add(packet(7, 1000), 0);
    history.add(packet(7, 10), 1);
    expect(history.bytes).toBe(10);
  });

  it('gives the newest packets first', () => {
    const history = new PacketHistory();
    for (let i = 0; i < 10; i += 1) history.add(packet(i), 0);
    expect(history.latest(2500).map(({ sequence }) => sequence)).toEqual([9, 8, 7]);
  });
});
