import { describe, expect, it } from 'vitest';
import { CaptureClock, RemoteClock } from '../../../src/pipeline/accept/capture-clock.ts';
import { ntpFromUnix } from '../../../src/pipeline/accept/ntp-time.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

/** The remote wall clock is this far ahead of our monotonic one. */
const OFFSET = 1_700_000_000_000;

describe('CaptureClock', () => {
  it('finds the capture time through sender reports, whatever the jitter', () => {
    const random = seededRandom(1);
    const remote = new RemoteClock();
    remote.setRtt(40);
    const clock = new CaptureClock(90_000, remote);
    const first = 4_294_900_000;
    let worst = 0;
    for (let i = 0; i < 600; i += 1) {
      const captured = 5000 + (i * 1000) / 30;
      const rtp = (first + i * 3000) % 2 ** 32;
      const arrival = captured + 20 + random() * 30;
      if (i % 15 === 0)
        clock.senderReport(ntpFromUnix(captured + OFFSET), rtp, captured + 20 + random() * 5);
      const estimate = clock.captureTime(rtp, arrival);
      if (i > 30) worst = Math.max(worst, Math.abs(estimate - captured));
    }
    expect(worst).toBeLessThan(3);
  });

  it('gives audio and video of one machine the same clock', () => {
    const remote = new RemoteClock();
    const video = new CaptureClock(90_000, remote);
    const audio = new CaptureClock(48_000, remote);
    video.senderReport(ntpFromUnix(1000 + OFFSET), 900_000, 1030);
    audio.senderReport(ntpFromUnix(1500 + OFFSET), 7000, 1545);
    // Captured at the same moment, 100 ms after the audio's report.
    const seen = video.captureTime(900_000 + 600 * 90, 1700);
    const heard = audio.captureTime(7000 + 100 * 48, 1650);
    expect(Math.abs(seen - heard)).toBeLessThan(0.01);
  });

  it('does without reports by the earliest arrivals', () => {
    const clock = new CaptureClock(90_000, new RemoteClock());
    expect(clock.captureTime(0, 100)).toBe(100);
    expect(clock.captureTime(3000, 180)).toBeCloseTo(133.3, 0);
    expect(clock.captureTime(6000, 160)).toBe(160);
    expect(clock.captureTime(9000, 230)).toBeCloseTo(193.3, 0);
  });

  it('never says that a frame was captured after it came', () => {
    const clock = new CaptureClock(90_000, new RemoteClock());
    clock.senderReport(ntpFromUnix(OFFSET), 0, 500);
    expect(clock.captureTime(90_000, 700)).toBe(700);
  });

  it('follows a remote clock that is set back', () => {
    const remote = new RemoteClock();
    remote.observe(OFFSET, 0);
    remote.observe(OFFSET + 1000 - 60_000, 1000);
    expect(remote.toLocal(OFFSET + 1500 - 60_000)).toBe(1500);
  });

  it('takes off half of the shortest round trip, not of those on a full machine', () => {
    const remote = new RemoteClock();
    remote.setRtt(20);
    remote.observe(OFFSET, 10);
    remote.setRtt(900);
    remote.observe(OFFSET + 1000, 1500);
    expect(remote.toLocal(OFFSET + 2000)).toBe(2000);
    expect(remote.congestion).toBe(490);
  });

  it('is right where the first report comes before the first packet, across a wrap', () => {
    const clock = new CaptureClock(48_000, new RemoteClock());
    clock.senderReport(ntpFromUnix(1000 + OFFSET), 2 ** 32 - 480, 1000);
    expect(clock.captureTime(480, 1025)).toBeCloseTo(1020, 3);
  });
});
