import { quantile } from '../../src/pipeline/quantile.ts';
import { STAGES } from '../../src/pipeline/stage.ts';
import type { Milli } from '../../src/time.ts';
import type { LoadSample } from './load-client.io.ts';

/** What so many sessions at once got. */
export interface LoadFigures {
  readonly sessions: number;
  /** Camera frame sent to its avatar frame back, all sessions together. */
  readonly latencyMs: { readonly p50: Milli; readonly p95: Milli; readonly p99: Milli };
  /** Frames a second, of the session that got fewest. */
  readonly fps: number;
  /** Share of the answers that came after the budget. */
  readonly missed: number;
  /** Share of frames drawn at each level. */
  readonly levels: Readonly<Record<string, number>>;
  readonly drops: Readonly<Record<string, number>>;
  /** Median time in each stage, waiting included, in flow order. */
  readonly stagesMs: Readonly<Record<string, Milli>>;
}

export function summarise(
  samples: readonly LoadSample[],
  { seconds, budget }: { seconds: number; budget: Milli },
): LoadFigures {
  const latencies = samples.flatMap((sample) => sample.latencies);
  const stages = samples.flatMap((sample) => sample.stages) as Record<string, Milli>[];
  const answered = latencies.length;
  const { levels, drops } = together(samples);
  return {
    sessions: samples.length,
    latencyMs: {
      p50: quantile(latencies, 0.5),
      p95: quantile(latencies, 0.95),
      p99: quantile(latencies, 0.99),
    },
    fps: Math.min(...samples.map((sample) => sample.answered)) / seconds,
    missed: latencies.filter((latency) => latency > budget).length / Math.max(1, answered),
    levels: Object.fromEntries(
      Object.entries(levels).map(([level, count]) => [level, count / Math.max(1, answered)]),
    ),
    drops,
    stagesMs: Object.fromEntries(
      ['wait', ...STAGES].map((stage) => [
        stage,
        quantile(
          stages.flatMap((each) => each[stage] ?? []),
          0.5,
        ),
      ]),
    ),
  };
}

/** Frames of several spans of time, or of several cameras, as one sample. */
export function together(spans: readonly LoadSample[]): LoadSample {
  const sums = (counts: readonly Readonly<Record<string, number>>[]) => {
    const all: Record<string, number> = {};
    for (const each of counts)
      for (const [key, count] of Object.entries(each)) all[key] = (all[key] ?? 0) + count;
    return all;
  };
  return {
    sent: spans.reduce((sum, { sent }) => sum + sent, 0),
    answered: spans.reduce((sum, { answered }) => sum + answered, 0),
    latencies: spans.flatMap(({ latencies }) => latencies),
    longestGap: Math.max(0, ...spans.map(({ longestGap }) => longestGap)),
    stages: spans.flatMap(({ stages }) => stages),
    levels: sums(spans.map(({ levels }) => levels as Record<string, number>)),
    drops: sums(spans.map(({ drops }) => drops)),
  };
}

/** A frame a second fewer than the camera sends is a camera's own jitter. */
const LEAST_FPS = 29;

/** Whether every session held the rate, with 99 of 100 frames within the budget. */
export function held({ latencyMs, fps }: LoadFigures, budget: Milli): boolean {
  return latencyMs.p99 <= budget && fps >= LEAST_FPS;
}
