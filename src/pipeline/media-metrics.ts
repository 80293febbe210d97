import type { Metrics } from '../metrics.ts';
import type { MediaObserver } from './participant-media.ts';
import { STAGES } from './stage.ts';

/** Counts every participant's media in the metrics. */
export function mediaMetrics(metrics: Metrics): MediaObserver {
  return {
    cameraFrame(bytes) {
      metrics.frames.inc({ direction: 'in' });
      metrics.mediaBytes.inc({ direction: 'in' }, bytes);
    },
    avatarFrame({ stages, level, levelReason, degraded }, latency, bytes, met) {
      metrics.frames.inc({ direction: 'out' });
      metrics.levelFrames.inc({ level, reason: levelReason });
      if (degraded) metrics.framesDegraded.inc();
      metrics.mediaBytes.inc({ direction: 'out' }, bytes);
      if (latency !== null) metrics.addedLatencySeconds.observe(latency / 1000);
      if (met !== null) metrics.deadlines.inc({ outcome: met ? 'met' : 'missed' });
      for (const stage of STAGES) {
        const took = stages[stage];
        if (took !== undefined) metrics.stageSeconds.observe({ stage }, took / 1000);
      }
    },
    dropped(reason, count, missed) {
      metrics.framesDropped.inc({ reason }, count);
      metrics.deadlines.inc({ outcome: 'missed' }, missed);
    },
  };
}
