import { describe, expect, it } from 'vitest';
import { quantile } from '../../src/pipeline/quantile.ts';
import { SessionMeter } from '../../src/pipeline/session-meter.ts';
import type { StageTimes } from '../../src/pipeline/stage.ts';
import type { QualityLevel } from '../../src/signaling/session-stats.ts';

const drawn = (stages: StageTimes, level: QualityLevel = 'full', degraded = false) => ({
  stages,
  level,
  levelReason: level === 'full' ? ('within-budget' as const) : ('shared-load' as const),
  degraded,
});

describe('the session meter', () => {
  it('counts the frames of the last second only', () => {
    const meter = new SessionMeter(33);
    for (let frame = 0; frame < 90; frame++) {
      meter.cameraFrame(frame * (1000 / 30));
      if (frame % 2 === 0)
        meter.avatarFrame(frame * (1000 / 30) + 20, frame * (1000 / 30), drawn({}));
    }
    const reading = meter.read(3_000);
    expect(reading.fpsIn).toBeGreaterThanOrEqual(29);
    expect(reading.fpsIn).toBeLessThanOrEqual(30);
    expect(reading.fpsOut).toBe(15);
    expect(reading.addedLatencyMs).toEqual({ p50: 20, p95: 20 });
    expect(meter.read(10_000)).toMatchObject({ fpsIn: 0, fpsOut: 0 });
  });

  it('says where the time went, the wait between the stages included', () => {
    const meter = new SessionMeter(33);
    meter.avatarFrame(
      1_020,
      1_000,
      drawn({ decode: 1, landmark: 4, pose: 0.5, render: 6, encode: 3 }),
    );
    expect(meter.read(1_020).stagesMs).toEqual({
      decode: 1,
      landmark: 4,
      pose: 0.5,
      render: 6,
      encode: 3,
      wait: 5.5,
    });
  });

  it('counts the deadlines that were met and missed, and tells the level of the last frame', () => {
    const meter = new SessionMeter(33);
    expect(meter.avatarFrame(1_033, 1_000, drawn({}))).toBe(true);
    expect(meter.avatarFrame(1_070, 1_033, drawn({}, 'half'))).toBe(false);
    expect(meter.avatarFrame(1_100, null, drawn({}, 'half'))).toBeNull();
    expect(meter.read(5_000)).toMatchObject({
      frameBudgetMs: 33,
      deadlines: { met: 1, missed: 1 },
      level: 'half',
      levelReason: 'shared-load',
    });
  });

  it("leaves the avatar's own frames out of the latency", () => {
    const meter = new SessionMeter(33);
    meter.avatarFrame(1_000, null, drawn({ render: 6 }));
    expect(meter.latency(1_000)).toBeUndefined();
    meter.avatarFrame(1_033, 1_010, drawn({ render: 6 }));
    expect(meter.latency(1_033)).toBe(23);
  });

  it("counts the frames without the network's answer for the whole session, its own among them", () => {
    const meter = new SessionMeter(33);
    expect(meter.read(1_000).degraded).toBe(0);
    meter.avatarFrame(1_033, 1_000, drawn({}, 'full', true));
    meter.avatarFrame(1_066, null, drawn({}, 'full', true));
    meter.avatarFrame(1_100, 1_066, drawn({}));
    expect(meter.read(60_000).degraded).toBe(2);
  });

  it('keeps the reasons of drops for the whole session', () => {
    const meter = new SessionMeter(33);
    meter.dropped('superseded', 2);
    meter.dropped('superseded', 1);
    meter.dropped('overflow', 9);
    expect(meter.read(60_000).drops).toEqual({ superseded: 3, overflow: 9 });
  });

  it('takes a frame that a newer one overtook for a missed deadline, where the level draws every frame', () => {
    const meter = new SessionMeter(33);
    expect(meter.dropped('superseded', 3)).toBe(0);
    meter.avatarFrame(1_030, 1_000, drawn({}));
    expect(meter.dropped('superseded', 2)).toBe(2);
    expect(meter.dropped('overflow', 8)).toBe(8);
    expect(meter.dropped('undecodable', 1)).toBe(0);
    meter.avatarFrame(1_096, 1_066, drawn({}, 'half'));
    expect(meter.dropped('superseded', 1)).toBe(0);
    expect(meter.read(1_100).deadlines).toEqual({ met: 2, missed: 10 });
  });
});

describe('a quantile', () => {
  it('interpolates between order statistics', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([5], 0.95)).toBe(5);
    expect(quantile([], 0.5)).toBe(0);
  });
});
