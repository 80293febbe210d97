import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Milli } from './time.ts';

/** Bounds that show where a frame's time goes: from a tenth of a millisecond to a tenth of a second. */
const STAGE_BUCKETS_S = [0.0001, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.033, 0.066, 0.1];

/** Bounds around the promise of 25 ms in the median and 45 ms for 19 of 20 frames. */
const LATENCY_BUCKETS_S = [0.005, 0.01, 0.015, 0.02, 0.025, 0.033, 0.045, 0.066, 0.1, 0.25, 1];

/**
 * How often the event loop's lag is sampled: the library's own ten milliseconds wake an idle server a
 * hundred times a second, which is nearly all that it would do.
 */
const EVENT_LOOP_SAMPLING: Milli = 100;

/** What the gauges of signaling are read from, whenever somebody asks. */
export interface SignalingCounts {
  readonly rooms: number;
  readonly participants: number;
  readonly joined: number;
  readonly held: number;
  readonly waiting: number;
  readonly connections: number;
}

/** What the gauges of the pipeline are read from, whenever somebody asks. */
interface PoolReadings {
  readonly loads: readonly ({ readonly busy: number; readonly memoryBytes: number } | undefined)[];
  readonly estimate: { readonly capacity: number };
}

/** Everything that `/metrics` tells. Nothing here is labelled with a room, a person or an identity. */
export type Metrics = ReturnType<typeof createMetrics>;

/** @param options.process also CPU, memory and event loop of this process. */
export function createMetrics(options: { process: boolean }) {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) {
    const eventLoopMonitoringPrecision = EVENT_LOOP_SAMPLING;
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision });
  }
  return {
    registry,
    frames: new Counter({
      name: 'understudy_frames_total',
      help: 'Frames: in, whole from a camera; out, handed to the network.',
      labelNames: ['direction'] as const,
      registers,
    }),
    framesDropped: new Counter({
      name: 'understudy_frames_dropped_total',
      help: 'Camera frames for which no avatar frame was rendered.',
      labelNames: ['reason'] as const,
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'understudy_stage_seconds',
      help: 'Time of one frame in one stage.',
      labelNames: ['stage'] as const,
      buckets: STAGE_BUCKETS_S,
      registers,
    }),
    addedLatencySeconds: new Histogram({
      name: 'understudy_added_latency_seconds',
      help: 'Camera frame complete at the server to its avatar frame handed to the network.',
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    deadlines: new Counter({
      name: 'understudy_frame_deadlines_total',
      help: 'Camera frames, by whether an avatar frame answered them within the budget; overtaken ones are missed.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    levelFrames: new Counter({
      name: 'understudy_level_frames_total',
      help: 'Avatar frames by the quality level that they were drawn at, and why at that one.',
      labelNames: ['level', 'reason'] as const,
      registers,
    }),
    framesDegraded: new Counter({
      name: 'understudy_frames_degraded_total',
      help: "Avatar frames shown by the plain warp because the network's answer was unusable.",
      registers,
    }),
    mediaBytes: new Counter({
      name: 'understudy_media_bytes_total',
      help: 'RTP payload bytes.',
      labelNames: ['direction'] as const,
      registers,
    }),
    workers: new Gauge({
      name: 'understudy_workers',
      help: 'Pipeline processes by state.',
      labelNames: ['state'] as const,
      registers,
    }),
    workerRestarts: new Counter({
      name: 'understudy_worker_restarts_total',
      help: 'Pipeline processes that died and were replaced.',
      registers,
    }),
    deviceLosses: new Counter({
      name: 'understudy_device_losses_total',
      help: 'Pipeline processes whose device failed, so that the processor went on in its place.',
      registers,
    }),
    sessionMoves: new Counter({
      name: 'understudy_session_moves_total',
      help: 'Sessions moved to a worker that had more time.',
      registers,
    }),
    signalingErrors: new Counter({
      name: 'understudy_signaling_errors_total',
      help: 'Refusals sent to clients.',
      labelNames: ['code'] as const,
      registers,
    }),
    enrolments: new Counter({
      name: 'understudy_enrolments_total',
      help: 'Enrolments: enrolled, or the code of the refusal.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    /** Registers the gauges of the pipeline's workers; called once. */
    watchPool(pool: PoolReadings) {
      const gauge = (name: string, help: string, of: 'busy' | 'memoryBytes') =>
        new Gauge({
          name,
          help,
          labelNames: ['worker'] as const,
          registers,
          collect() {
            for (const [worker, load] of pool.loads.entries())
              this.set({ worker }, load?.[of] ?? 0);
          },
        });
      gauge('understudy_worker_load', 'Share of its time that a pipeline process works.', 'busy');
      gauge(
        'understudy_worker_memory_bytes',
        'Resident memory of a pipeline process.',
        'memoryBytes',
      );
      new Gauge({
        name: 'understudy_capacity_sessions',
        help: 'Sessions that this machine carries with their frames in time, estimated.',
        registers,
        collect() {
          this.set(pool.estimate.capacity);
        },
      });
    },
    /** Registers the gauges of signaling; called once. */
    watchSignaling(counts: () => SignalingCounts) {
      const gauge = (name: string, help: string, key: 'rooms' | 'participants' | 'connections') =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(counts()[key]);
          },
        });
      gauge('understudy_rooms', 'Rooms with somebody in them.', 'rooms');
      gauge('understudy_participants', 'Places taken.', 'participants');
      gauge('understudy_connections', 'Signaling connections, joined or not.', 'connections');
      new Gauge({
        name: 'understudy_sessions',
        help: 'Sessions: joined, held for the return of a broken connection, or waiting for a place.',
        labelNames: ['state'] as const,
        registers,
        collect() {
          const { joined, held, waiting } = counts();
          this.set({ state: 'joined' }, joined);
          this.set({ state: 'held' }, held);
          this.set({ state: 'waiting' }, waiting);
        },
      });
    },
  };
}
