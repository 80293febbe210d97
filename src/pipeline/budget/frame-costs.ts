import type { Milli } from '../../time.ts';
import type { RenderEffort } from '../render/engine.ts';
import { STAGES, type Stage, type StageTimes } from '../stage.ts';
import { CostWindow } from './cost-window.ts';
import type { Rung } from './quality-level.ts';

/** The sum of each stage's p90 lies near the p99 of their sum: stages are seldom slow together. */
const QUANTILE = 0.9;
/** Fewer frames than this, and code that is still being compiled, say nothing of the cost. */
const LEAST_FRAMES = 10;
/** Identities of one session whose costs are remembered: somebody who tries a few on. */
const MAX_IDENTITIES = 4;
/**
 * What an effort that was never measured costs of the next dearer one that was: as few-shot vid2vid's do at
 * 512², see docs/few-shot-vid2vid.md, the smaller network optimistically, since only trying tells.
 */
const UNMEASURED_SHARE: Readonly<Record<RenderEffort, number>> = {
  full: 1,
  small: 0.6,
  between: 0.4,
  warp: 0.3,
};

type FixedStage = Exclude<Stage, 'render'>;
const FIXED = STAGES.filter((stage): stage is FixedStage => stage !== 'render');

/** What frames at one level would cost. */
export interface Forecast {
  /** The dearest of its frames, in a bad case. */
  readonly own: Milli;
  /** Waiting for one's turn and for the way between the processes, in a bad case. */
  readonly wait: Milli;
  /** The same on average. */
  readonly usualWait: Milli;
  /** On average, for each camera frame, drawn or not. */
  readonly mean: Milli;
}

/** What one session's frames cost stage by stage, for each identity and effort: measured, bounded. */
export class FrameCosts {
  readonly #fixed: Readonly<Record<FixedStage, CostWindow>> = {
    decode: new CostWindow(),
    landmark: new CostWindow(),
    pose: new CostWindow(),
    encode: new CostWindow(),
  };
  readonly #wait = new CostWindow();
  readonly #render = new Map<string, Map<RenderEffort, CostWindow>>();
  #frames = 0;

  /** Whether enough was seen to forecast from. */
  get known(): boolean {
    return this.#frames >= LEAST_FRAMES;
  }

  /** @param frame effort undefined where it says nothing of any; wait, for a frame that answers no camera frame. */
  record(
    frame: {
      readonly identity: string;
      readonly effort: RenderEffort | undefined;
      readonly stages: StageTimes;
      readonly wait: Milli | undefined;
    },
    now: Milli,
  ): void {
    // What the avatar draws of itself takes fewer stages: it says nothing of what a camera costs.
    if (frame.wait !== undefined) this.#frames++;
    if (this.#frames <= LEAST_FRAMES / 2) return;
    for (const stage of FIXED) {
      const cost = frame.stages[stage];
      if (cost !== undefined) this.#fixed[stage].push(cost, now);
    }
    if (frame.wait !== undefined) this.#wait.push(frame.wait, now);
    const { effort } = frame;
    const { render } = frame.stages;
    if (render !== undefined && effort) this.#window(frame.identity, effort).push(render, now);
  }

  /** Frames are drawn at another level: how long they wait for their turn changes with that. */
  forgetWaits(): void {
    this.#wait.clear();
  }

  forecast(identity: string, { turns, every }: Rung, now: Milli): Forecast {
    const render = turns.map((effort) => this.#renderCost(identity, effort, now));
    const fixed = FIXED.map((stage) => this.#fixed[stage]);
    const { decode, ...drawing } = this.#fixed;
    const drawn =
      Object.values(drawing).reduce((sum, window) => sum + window.mean(now), 0) +
      render.reduce((sum, { mean }) => sum + mean, 0) / render.length;
    return {
      own:
        fixed.reduce((sum, window) => sum + window.quantile(QUANTILE, now), 0) +
        Math.max(...render.map(({ high }) => high)),
      wait: this.#wait.quantile(QUANTILE, now),
      usualWait: this.#wait.mean(now),
      mean: decode.mean(now) + drawn / every,
    };
  }

  #renderCost(identity: string, effort: RenderEffort, now: Milli): { high: Milli; mean: Milli } {
    const windows = this.#render.get(identity);
    const window = windows?.get(effort);
    if (window) return { high: window.quantile(QUANTILE, now), mean: window.mean(now) };
    const dearest = Math.max(0, ...[...(windows?.values() ?? [])].map((each) => each.mean(now)));
    const cost = dearest * UNMEASURED_SHARE[effort];
    return { high: cost, mean: cost };
  }

  #window(identity: string, effort: RenderEffort): CostWindow {
    const windows = this.#render.get(identity) ?? new Map<RenderEffort, CostWindow>();
    // The one in use is the youngest; the oldest goes.
    this.#render.delete(identity);
    this.#render.set(identity, windows);
    const [oldest] = this.#render.keys();
    if (this.#render.size > MAX_IDENTITIES && oldest !== undefined) this.#render.delete(oldest);
    const window = windows.get(effort) ?? new CostWindow();
    windows.set(effort, window);
    return window;
  }
}
