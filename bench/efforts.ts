import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import type { RenderEffort, Renderer } from '../src/pipeline/render/engine.ts';
import { openEngine } from '../src/pipeline/render/engines.ts';
import type { Milli } from '../src/time.ts';
import { builtInExamples } from './device/built-in-examples.io.ts';
import { movingPose } from './device/moving-pose.ts';

/** So many frames of one effort, then as many of the next, again and again: whatever else the machine does meets them all. */
const IN_A_ROW = 20;
const ROUNDS = 12;
/** In which code is compiled and each effort's own memory is met for the first time. */
const WARM_UP_ROUNDS = 1;

export interface EffortFigure {
  readonly engine: string;
  readonly size: Px;
  readonly effort: RenderEffort;
  /** The fastest frame is what the machine can do, whatever else it is busy with. */
  readonly frameMs: { readonly least: Milli; readonly p50: Milli; readonly p95: Milli };
}

/** What each of an engine's efforts costs a frame, drawn in this process, one identity that sways. */
export async function benchEfforts(size: Px, name: string): Promise<EffortFigure[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  const engine = await openEngine(name);
  try {
    const [examples] = await builtInExamples(1, scratch);
    const identity = await engine.enrol(examples!);
    const neutral = engine.neutral(identity);
    const renderer = await engine.open(identity, { size, mark: true });
    const times = await timesOf(renderer, (frame) => movingPose(neutral, frame));
    renderer.close();
    await engine.discard(identity);
    return [...times].map(([effort, each]) => ({
      engine: name,
      size,
      effort,
      frameMs: { least: Math.min(...each), p50: quantile(each, 0.5), p95: quantile(each, 0.95) },
    }));
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function timesOf(
  renderer: Renderer,
  poseAt: (frame: number) => ReturnType<typeof movingPose>,
): Promise<Map<RenderEffort, Milli[]>> {
  const { efforts = ['full'] } = renderer;
  const times = new Map<RenderEffort, Milli[]>(efforts.map((effort) => [effort, []]));
  let frame = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [effort, each] of times) {
      // What comes between two frames of the network wants a frame of it before.
      if (effort === 'between') await renderer.render(poseAt(frame++), 'full');
      for (let i = 0; i < IN_A_ROW; i++, frame++) {
        const pose = poseAt(frame);
        const start = machineClock();
        await renderer.render(pose, effort);
        if (round >= WARM_UP_ROUNDS) each.push(machineClock() - start);
      }
    }
  }
  return times;
}
