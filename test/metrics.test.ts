import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/metrics.ts';

describe('metrics', () => {
  it('read the state of signaling whenever somebody asks', async () => {
    const metrics = createMetrics({ process: false });
    const counts = { rooms: 1, participants: 2, joined: 1, held: 1, waiting: 0, connections: 3 };
    metrics.watchSignaling(() => counts);
    expect(await metrics.registry.metrics()).toContain('understudy_connections 3');
    counts.connections = 5;
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_connections 5');
    expect(text).toContain('understudy_sessions{state="held"} 1');
  });

  it('have buckets on both sides of the promised latencies', async () => {
    const metrics = createMetrics({ process: false });
    metrics.addedLatencySeconds.observe(0.024);
    metrics.addedLatencySeconds.observe(0.044);
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_added_latency_seconds_bucket{le="0.025"} 1');
    expect(text).toContain('understudy_added_latency_seconds_bucket{le="0.045"} 2');
  });

  it('read the workers’ load and the capacity whenever somebody asks', async () => {
    const metrics = createMetrics({ process: false });
    const estimate = { capacity: 4 };
    metrics.watchPool({ loads: [{ busy: 0.5, memoryBytes: 2e8 }, undefined], estimate });
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_worker_load{worker="0"} 0.5');
    expect(text).toContain('understudy_worker_memory_bytes{worker="1"} 0');
    expect(text).toContain('understudy_capacity_sessions 4');
  });

  it('count deadlines, and frames by their level and its reason', async () => {
    const metrics = createMetrics({ process: false });
    metrics.deadlines.inc({ outcome: 'missed' });
    metrics.levelFrames.inc({ level: 'half', reason: 'shared-load' }, 2);
    const text = await metrics.registry.metrics();
    expect(text).toContain('understudy_frame_deadlines_total{outcome="missed"} 1');
    expect(text).toContain('understudy_level_frames_total{level="half",reason="shared-load"} 2');
  });

  it('count the frames without the network’s answer from zero, so that an alarm can wait for the first', async () => {
    const metrics = createMetrics({ process: false });
    expect(await metrics.registry.metrics()).toContain('understudy_frames_degraded_total 0');
    metrics.framesDegraded.inc();
    expect(await metrics.registry.metrics()).toContain('understudy_frames_degraded_total 1');
  });

  it('are kept apart from those of another server in the same process', async () => {
    const [first, second] = [createMetrics({ process: false }), createMetrics({ process: false })];
    first.workerRestarts.inc();
    expect(await second.registry.metrics()).toContain('understudy_worker_restarts_total 0');
  });

  it('tell of the process where asked to', async () => {
    const text = await createMetrics({ process: true }).registry.metrics();
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});
