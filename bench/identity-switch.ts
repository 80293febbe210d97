import { setTimeout } from 'node:timers/promises';
import { codedActor } from '../src/pipeline/coded-actor.io.ts';
import { openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import type { Milli, Seconds } from '../src/time.ts';
import { LoadClient } from './load/load-client.io.ts';
import { BUDGET, FPS, openLoadPool } from './load/load-pool.io.ts';

const WARM_UP: Seconds = 5;
/** From a switch on; an identity that has to be loaded is there within one. */
const MEASURE: Seconds = 2;
const IDENTITIES = ['taro', 'hana', 'priya', 'osei'];

/** What a session's viewers see of switches of one kind. */
export interface SwitchFigures {
  readonly engine: string;
  readonly size: Px;
  readonly identity: 'kept' | 'from disk' | 'in memory';
  readonly switches: number;
  /** From the wish to the first frame that may have it; the old one goes on being drawn meanwhile. */
  readonly readyMs: Milli;
  readonly sent: number;
  readonly answered: number;
  /** Of those answered, beyond the budget. */
  readonly late: number;
  readonly longestGapMs: Milli;
}

/** Does a session lose frames while its identity is switched, in the middle of a call? */
export async function benchIdentitySwitch(size: Px, engine: string): Promise<SwitchFigures[]> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const clip = await codedActor(codecs, { frames: 120, bitrate: 1_000_000 });
  const load = await openLoadPool(engine, size);
  const client = new LoadClient('switches', clip, FPS, machineClock);
  const measure = async (kind: SwitchFigures['identity'], identities: readonly string[]) => {
    const figures = { readyMs: 0, sent: 0, answered: 0, late: 0, longestGapMs: 0 };
    for (const identity of identities) {
      client.take();
      const began = machineClock();
      await client.wear(identity);
      const ready = machineClock() - began;
      await setTimeout(Math.max(0, MEASURE * 1_000 - ready));
      const { sent, answered, latencies, longestGap } = client.take();
      figures.readyMs = Math.max(figures.readyMs, ready);
      figures.sent += sent;
      figures.answered += answered;
      figures.late += latencies.filter((latency) => latency > BUDGET).length;
      figures.longestGapMs = Math.max(figures.longestGapMs, longestGap);
    }
    return { engine, size, identity: kind, switches: identities.length, ...figures };
  };
  try {
    await client.start(load.pool, load.settings, 0);
    await setTimeout(WARM_UP * 1_000);
    const kept = IDENTITIES.map(() => load.settings.identity);
    return [
      await measure('kept', kept),
      await measure('from disk', IDENTITIES),
      await measure('in memory', IDENTITIES),
    ];
  } finally {
    client.stop();
    await load.close();
  }
}
