import type { SessionStats } from '../signaling/session-stats.ts';
import type { Milli } from '../time.ts';
import { levelDrawsAll } from './budget/quality-level.ts';
import { quantile } from './quantile.ts';
import { type DropReason, STAGES, type StageTimes } from './stage.ts';
import type { RenderedFrame } from './worker-protocol.ts';

/** Figures are of the last second, as the protocol says. */
const WINDOW: Milli = 1_000;
/** A camera at 120 fps for one window: past it the oldest go, whatever their age. */
const MAX_SAMPLES = 120;

/** Reasons for which a frame is not drawn that a faster machine would not have had. */
const LATE: readonly DropReason[] = ['superseded', 'overflow'];

interface Sample {
  readonly at: Milli;
  /** Camera frame complete → avatar frame handed to the network; null for a frame of the avatar's own. */
  readonly latency: Milli | null;
  readonly stages: StageTimes;
}

/** What of a frame is metered. */
type MeteredFrame = Pick<RenderedFrame, 'stages' | 'level' | 'levelReason' | 'degraded'>;

export type MeterReading = Pick<
  SessionStats,
  | 'fpsIn'
  | 'fpsOut'
  | 'addedLatencyMs'
  | 'stagesMs'
  | 'frameBudgetMs'
  | 'deadlines'
  | 'level'
  | 'levelReason'
  | 'degraded'
  | 'drops'
>;

/** Counts one session's frames, deadlines and failures of the network, and keeps the last second's times. */
export class SessionMeter {
  readonly #budget: Milli;
  readonly #cameraFrames: Milli[] = [];
  readonly #samples: Sample[] = [];
  readonly #drops: Record<string, number> = {};
  readonly #deadlines = { met: 0, missed: 0 };
  #level: Pick<SessionStats, 'level' | 'levelReason'> = {
    level: 'full',
    levelReason: 'within-budget',
  };
  #degraded = 0;

  /** @param budget from a whole camera frame to its avatar frame. */
  constructor(budget: Milli) {
    this.#budget = budget;
  }

  cameraFrame(now: Milli): void {
    this.#cameraFrames.push(now);
    this.#forget(now);
  }

  /**
   * @param receivedAt when the camera frame it answers was complete; null where it answers none.
   * @returns whether it met its deadline; null where it had none.
   */
  avatarFrame(
    now: Milli,
    receivedAt: Milli | null,
    { stages, level, levelReason, degraded }: MeteredFrame,
  ): boolean | null {
    const latency = receivedAt === null ? null : now - receivedAt;
    this.#samples.push({ at: now, latency, stages });
    this.#level = { level, levelReason };
    if (degraded) this.#degraded++;
    this.#forget(now);
    if (latency === null) return null;
    const met = latency <= this.#budget;
    this.#deadlines[met ? 'met' : 'missed']++;
    return met;
  }

  /**
   * @returns how many deadlines were missed with them: of frames that were overtaken by newer ones for want of
   * time, once there is an avatar and at a level that draws every frame.
   */
  dropped(reason: DropReason, count: number): number {
    this.#drops[reason] = (this.#drops[reason] ?? 0) + count;
    const answering = this.#deadlines.met + this.#deadlines.missed > 0;
    const missed =
      answering && levelDrawsAll(this.#level.level) && LATE.includes(reason) ? count : 0;
    this.#deadlines.missed += missed;
    return missed;
  }

  /** How long a camera frame takes to become an avatar frame: what the voice must wait for. */
  latency(now: Milli): Milli | undefined {
    this.#forget(now);
    const latencies = this.#latencies();
    return latencies.length === 0 ? undefined : quantile(latencies, 0.5);
  }

  read(now: Milli): MeterReading {
    this.#forget(now);
    const latencies = this.#latencies();
    const stagesMs: Record<string, number> = {};
    const waits: number[] = [];
    for (const stage of STAGES) {
      const times = this.#samples.flatMap(({ stages }) => stages[stage] ?? []);
      if (times.length > 0) stagesMs[stage] = quantile(times, 0.5);
    }
    for (const { latency, stages } of this.#samples)
      if (latency !== null) {
        const worked = STAGES.reduce((sum, stage) => sum + (stages[stage] ?? 0), 0);
        waits.push(Math.max(0, latency - worked));
      }
    // What no stage accounts for: waiting for one's turn and crossing between the processes.
    if (waits.length > 0) stagesMs.wait = quantile(waits, 0.5);
    return {
      fpsIn: (this.#cameraFrames.length * 1_000) / WINDOW,
      fpsOut: (this.#samples.length * 1_000) / WINDOW,
      addedLatencyMs: { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) },
      stagesMs,
      frameBudgetMs: this.#budget,
      deadlines: { ...this.#deadlines },
      ...this.#level,
      degraded: this.#degraded,
      drops: { ...this.#drops },
    };
  }

  #latencies(): number[] {
    return this.#samples.flatMap(({ latency }) => latency ?? []);
  }

  #forget(now: Milli): void {
    const old = (at: Milli | undefined) => at !== undefined && now - at >= WINDOW;
    const [frames, samples] = [this.#cameraFrames, this.#samples];
    while (frames.length > MAX_SAMPLES || old(frames[0])) frames.shift();
    while (samples.length > MAX_SAMPLES || old(samples[0]?.at)) samples.shift();
  }
}
