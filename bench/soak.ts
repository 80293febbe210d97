import { setTimeout } from 'node:timers/promises';
import { codedActor } from '../src/pipeline/coded-actor.io.ts';
import { openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Seconds } from '../src/time.ts';
import { LoadClient } from './load/load-client.io.ts';
import { BUDGET, FPS, openLoadPool } from './load/load-pool.io.ts';
import { type LoadFigures, summarise } from './load/summary.ts';

const SIZE = 256;
/** In which code is compiled and caches fill: memory grows in it. */
const WARM_UP: Seconds = 5;
const SAMPLE_EVERY: Seconds = 1;

export interface SoakReport {
  readonly engine: string;
  readonly seconds: Seconds;
  /** How often a session was ended and begun anew meanwhile. */
  readonly rounds: number;
  readonly memoryBytes: {
    readonly first: number;
    readonly last: number;
    readonly most: number;
    /** The least of each half minute: what is not collected garbage. */
    readonly halfMinutes: readonly number[];
  };
  readonly figures: LoadFigures;
}

/** One session that goes on and one that comes and goes, for so long: does memory stay flat? */
export async function benchSoak(duration: Seconds, engine: string): Promise<SoakReport> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const clip = await codedActor(codecs, { frames: 120, bitrate: 1_000_000 });
  const load = await openLoadPool(engine, SIZE);
  const memory = () => load.pool.loads.reduce((sum, each) => sum + (each?.memoryBytes ?? 0), 0);
  const stays = new LoadClient('stays', clip, FPS, machineClock);
  let comes: LoadClient | undefined;
  try {
    await stays.start(load.pool, load.settings, 0);
    await setTimeout(WARM_UP * 1_000);
    stays.take();
    const memories: number[] = [];
    let rounds = 0;
    for (let second = 0; second < duration; second += SAMPLE_EVERY) {
      if (second % 5 === 0) {
        comes?.stop();
        comes = new LoadClient(`comes-${rounds++}`, clip, FPS, machineClock);
        await comes.start(load.pool, { ...load.settings, identity: 'taro' }, 0.5);
      }
      await setTimeout(SAMPLE_EVERY * 1_000);
      memories.push(memory());
    }
    const figures = summarise([stays.take()], { seconds: duration, budget: BUDGET });
    const [first = 0, last = 0] = [memories[0], memories.at(-1)];
    return {
      engine,
      seconds: duration,
      rounds,
      memoryBytes: {
        first,
        last,
        most: Math.max(...memories),
        halfMinutes: Array.from({ length: Math.ceil(memories.length / 30) }, (_, i) =>
          Math.min(...memories.slice(30 * i, 30 * (i + 1))),
        ),
      },
      figures,
    };
  } finally {
    comes?.stop();
    stays.stop();
    await load.close();
  }
}
