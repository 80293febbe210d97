import { quantile } from '../../src/pipeline/quantile.ts';
import type { Milli, Seconds } from '../../src/time.ts';
import type { AnswerSample } from './answer-log.ts';

/** What so many sessions at once got of a peer, and what that took. */
export interface TransformFigures {
  readonly sessions: number;
  /** Camera frames answered a second, of the session that got fewest. */
  readonly fps: number;
  /** Camera frame handed to the transport → its answer back, all sessions together. */
  readonly p50Ms: Milli;
  readonly p95Ms: Milli;
  /** Of the peer's processor time, all its processes together. */
  readonly cpuMsPerFrame: Milli;
  readonly coresPerSession: number;
  /** What came back, a session. */
  readonly kbps: number;
  /** Of luma, against the camera's own decoded picture; null where none could be compared. */
  readonly psnrDb: number | null;
  /** Share of a core that the load client took: near 1, it is the client that is measured. */
  readonly clientCores: number;
}

/** One span of time: what each session got in it. */
export interface Span {
  readonly samples: readonly AnswerSample[];
  readonly seconds: Seconds;
  readonly peerCpu: Seconds;
  readonly clientCpu: Seconds;
}

/** @param spans with the same number of sessions; several are taken together. */
export function figuresOf(spans: readonly Span[]): TransformFigures {
  const sum = (of: (span: Span) => number) => spans.reduce((total, span) => total + of(span), 0);
  const samples = spans.flatMap((span) => span.samples);
  const latencies = samples.flatMap((sample) => sample.latencies);
  const errors = samples.flatMap((sample) => sample.errors);
  const sessions = Math.max(0, ...spans.map((span) => span.samples.length));
  const seconds = sum((span) => span.seconds);
  const cpu = sum((span) => span.peerCpu);
  const slowest = (span: Span) =>
    Math.min(...span.samples.map((sample) => sample.latencies.length));
  return {
    sessions,
    fps: sum(slowest) / seconds,
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    cpuMsPerFrame: (cpu * 1_000) / Math.max(1, latencies.length),
    coresPerSession: cpu / seconds / Math.max(1, sessions),
    kbps:
      (samples.reduce((total, sample) => total + sample.bytes, 0) * 8) /
      1_000 /
      seconds /
      Math.max(1, sessions),
    psnrDb:
      errors.length === 0
        ? null
        : 10 * Math.log10(255 ** 2 / (errors.reduce((a, b) => a + b, 0) / errors.length)),
    clientCores: sum((span) => span.clientCpu) / seconds,
  };
}

/** Nine frames in ten: what a viewer does not yet call a stutter. */
const LEAST_FPS = 27;
/**
 * Three frames' time: aiortc waits for the next frame before it takes one for whole, and would meet
 * nothing less. Our own sessions are given the same as their frame budget.
 */
export const MOST_LATENCY: Milli = 100;

/** Whether a peer carried its sessions: each at nearly the camera's rate, and none late. */
export function carried({ fps, p95Ms }: TransformFigures): boolean {
  return fps >= LEAST_FPS && p95Ms <= MOST_LATENCY;
}
