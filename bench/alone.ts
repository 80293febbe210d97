import { setTimeout } from 'node:timers/promises';
import { codedActor } from '../src/pipeline/coded-actor.io.ts';
import { openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import type { Milli, Seconds } from '../src/time.ts';
import { LoadClient } from './load/load-client.io.ts';
import { BUDGET, FPS, openLoadPool } from './load/load-pool.io.ts';
import { type LoadFigures, summarise } from './load/summary.ts';

/** The built-in identities are made ready meanwhile, on the other core. */
const WARM_UP: Seconds = 15;
const MEASURE: Seconds = 60;

export interface AloneFigures
  extends Pick<LoadFigures, 'latencyMs' | 'fps' | 'levels' | 'drops' | 'stagesMs'> {
  readonly engine: string;
  readonly size: Px;
  readonly sent: number;
  /** Camera frames that were answered after their deadline, and those that were never answered. */
  readonly late: number;
  readonly lost: number;
  /** The latest of all answers, and that of a thousand. */
  readonly longestMs: Milli;
  readonly p999Ms: Milli;
}

/** Does one session that has a worker to itself miss a deadline in a minute? There is no network and no browser in this. */
export async function benchAlone(size: Px, engine: string): Promise<AloneFigures> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const clip = await codedActor(codecs, { frames: 240, bitrate: 1_000_000 });
  const load = await openLoadPool(engine, size);
  const client = new LoadClient('alone', clip, FPS, machineClock);
  try {
    await client.start(load.pool, load.settings, 0);
    await setTimeout(WARM_UP * 1_000);
    client.take();
    await setTimeout(MEASURE * 1_000);
    const sample = client.take();
    const { latencies, sent, answered } = sample;
    const { latencyMs, fps, levels, drops, stagesMs } = summarise([sample], {
      seconds: MEASURE,
      budget: BUDGET,
    });
    return {
      engine,
      size,
      sent,
      late: latencies.filter((latency) => latency > BUDGET).length,
      // One is under way at either end.
      lost: Math.max(0, sent - answered - 1),
      latencyMs,
      p999Ms: quantile(latencies, 0.999),
      longestMs: Math.max(...latencies),
      fps,
      levels,
      drops,
      stagesMs,
    };
  } finally {
    client.stop();
    await load.close();
  }
}
