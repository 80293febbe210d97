import { describe, expect, it } from 'vitest';
import { AudioReceiver } from '../../../src/pipeline/accept/audio-receiver.ts';
import { RemoteClock } from '../../../src/pipeline/accept/capture-clock.ts';

const packet = (sequence: number, bytes = 80) => ({
  payloadType: 111,
  marker: false,
  sequence,
  timestamp: sequence * 960,
  ssrc: 5,
  extensions: new Map(),
  payload: Buffer.alloc(bytes, 1),
});

describe('AudioReceiver', () => {
  it('passes packets on as they come, with extended sequence numbers', () => {
    const receiver = new AudioReceiver(5, new RemoteClock());
    const received = [65_535, 0, 2, 1].map((sequence, i) => receiver.receive(packet(sequence), i)!);
    const first = received[0]!.sequence;
    expect(received.map(({ sequence }) => sequence - first)).toEqual([0, 1, 3, 2]);
    expect(received[1]).toMatchObject({ data: Buffer.alloc(80, 1), rtpTime: 0, receivedAt: 1 });
  });

  it('keeps what is no Opus packet away from the listeners', () => {
    const receiver = new AudioReceiver(5, new RemoteClock());
    expect(receiver.receive(packet(1, 0), 0)).toBeUndefined();
    expect(receiver.receive(packet(2, 1501), 0)).toBeUndefined();
    receiver.receive(packet(1000), 0);
    expect(receiver.receive(packet(900), 0)).toBeUndefined();
  });
});
