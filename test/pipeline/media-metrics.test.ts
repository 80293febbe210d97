import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';
import { mediaMetrics } from '../../src/pipeline/media-metrics.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';

const frame: RenderedFrame = {
  frame: 0,
  source: 'driven',
  identity: 'marlow',
  outputs: [],
  stages: { render: 8 },
  level: 'full',
  levelReason: 'within-budget',
  degraded: false,
};

describe('the metrics of media', () => {
  it('count an avatar frame by its level, its deadline and its stages', async () => {
    const metrics = createMetrics({ process: false });
    mediaMetrics(metrics).avatarFrame(frame, 20, 700, true);
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_frames_total{direction="out"} 1');
    expect(text).toContain('understudy_level_frames_total{level="full",reason="within-budget"} 1');
    expect(text).toContain('understudy_media_bytes_total{direction="out"} 700');
    expect(text).toContain('understudy_frame_deadlines_total{outcome="met"} 1');
    expect(text).toContain('understudy_added_latency_seconds_sum 0.02');
    expect(text).toContain('understudy_stage_seconds_sum{stage="render"} 0.008');
  });

  it('know no latency and no deadline of a frame that answers no camera frame', async () => {
    const metrics = createMetrics({ process: false });
    mediaMetrics(metrics).avatarFrame({ ...frame, frame: null }, null, 700, null);
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_frames_total{direction="out"} 1');
    expect(text).toContain('understudy_added_latency_seconds_count 0');
    expect(text).not.toContain('understudy_frame_deadlines_total{');
  });

  it('count the frames for which the plain warp was shown, and no other', async () => {
    const metrics = createMetrics({ process: false });
    const media = mediaMetrics(metrics);
    for (const degraded of [true, false, true])
      media.avatarFrame({ ...frame, degraded }, 20, 700, true);
    expect(await metrics.registry.metrics()).toContain('understudy_frames_degraded_total 2');
  });

  it('count the deadlines that frames miss which are never drawn', async () => {
    const metrics = createMetrics({ process: false });
    mediaMetrics(metrics).dropped('superseded', 3, 2);
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_frames_dropped_total{reason="superseded"} 3');
    expect(text).toContain('understudy_frame_deadlines_total{outcome="missed"} 2');
  });
});
