import type { PoolSession } from '../../src/pipeline/pool-session.ts';
import { STAGES, type StageTimes } from '../../src/pipeline/stage.ts';
import type { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import type {
  CodedCameraFrame,
  RenderedFrame,
  SessionSettings,
} from '../../src/pipeline/worker-protocol.ts';
import type { QualityLevel } from '../../src/signaling/session-stats.ts';
import type { Clock, Milli } from '../../src/time.ts';

/** A frame under way for longer than this was dropped. */
const MOST_UNDER_WAY = 256;

/** What became of one camera's frames in a span of time. */
export interface LoadSample {
  readonly sent: number;
  readonly answered: number;
  readonly latencies: readonly Milli[];
  /** The longest time between two answers. */
  readonly longestGap: Milli;
  readonly stages: readonly StageTimes[];
  readonly levels: Readonly<Partial<Record<QualityLevel, number>>>;
  readonly drops: Readonly<Record<string, number>>;
}

/**
 * One camera that sends a recorded driver to a session of a pool, thirty frames a second whatever
 * comes back, and notes when each is answered. There is no network: what is measured is what the
 * pipeline adds.
 */
export class LoadClient {
  readonly id: string;
  readonly #clip: readonly Omit<CodedCameraFrame, 'receivedAt'>[];
  readonly #clock: Clock;
  readonly #interval: Milli;
  readonly #underWay = new Map<number, Milli>();
  #session: PoolSession | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due: Milli = 0;
  #frame = 0;
  #sent = 0;
  #latencies: Milli[] = [];
  #answeredAt: Milli | undefined;
  #longestGap: Milli = 0;
  #stages: StageTimes[] = [];
  #levels: Partial<Record<QualityLevel, number>> = {};
  #drops: Record<string, number> = {};

  constructor(
    id: string,
    clip: readonly Omit<CodedCameraFrame, 'receivedAt'>[],
    fps: number,
    clock: Clock,
  ) {
    this.id = id;
    this.#clip = clip;
    this.#clock = clock;
    this.#interval = 1_000 / fps;
  }

  /** @param phase where in a frame's time its frames come, 0…1. */
  async start(pool: WorkerPool, settings: SessionSettings, phase: number): Promise<void> {
    this.#session = await pool.open(this.id, settings, {
      rendered: (frame) => this.#rendered(frame),
      dropped: (reason, count) => {
        this.#drops[reason] = (this.#drops[reason] ?? 0) + count;
      },
      avatar: () => undefined,
      // The recording has one keyframe, at its beginning.
      needKeyframe: () => {
        this.#frame = Math.ceil(this.#frame / this.#clip.length) * this.#clip.length;
      },
      failed: (error) => {
        throw new Error(error.message);
      },
    });
    this.#due = this.#clock() + phase * this.#interval;
    this.#schedule();
  }

  /** What happened since the last call. */
  take(): LoadSample {
    const sample = {
      sent: this.#sent,
      answered: this.#latencies.length,
      latencies: this.#latencies,
      longestGap: this.#longestGap,
      stages: this.#stages,
      levels: this.#levels,
      drops: this.#drops,
    };
    this.#sent = 0;
    this.#latencies = [];
    this.#longestGap = 0;
    this.#stages = [];
    this.#levels = {};
    this.#drops = {};
    return sample;
  }

  /** Resolves once another identity is drawn from the next frame on. */
  async wear(identity: string): Promise<void> {
    await this.#session?.switchIdentity(identity);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#session?.close();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#send(), Math.max(0, this.#due - this.#clock()));
  }

  #send(): void {
    const frame = this.#frame++;
    const coded = this.#clip[frame % this.#clip.length]!;
    const now = this.#clock();
    this.#underWay.set(frame, now);
    const [oldest] = this.#underWay.keys();
    if (this.#underWay.size > MOST_UNDER_WAY && oldest !== undefined) this.#underWay.delete(oldest);
    this.#sent++;
    this.#session?.push({ ...coded, frame }, 0);
    this.#due += this.#interval;
    this.#schedule();
  }

  #rendered({ frame, stages, level }: RenderedFrame): void {
    if (frame === null) return;
    const sent = this.#underWay.get(frame);
    if (sent === undefined) return;
    this.#underWay.delete(frame);
    const now = this.#clock();
    const latency = now - sent;
    this.#longestGap = Math.max(this.#longestGap, now - (this.#answeredAt ?? now));
    this.#answeredAt = now;
    this.#latencies.push(latency);
    const worked = STAGES.reduce((sum, stage) => sum + (stages[stage] ?? 0), 0);
    this.#stages.push({ ...stages, ...{ wait: Math.max(0, latency - worked) } });
    this.#levels[level] = (this.#levels[level] ?? 0) + 1;
  }
}
