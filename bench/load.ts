import { setTimeout } from 'node:timers/promises';
import { codedActor } from '../src/pipeline/coded-actor.io.ts';
import { openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import type { Device } from '../src/pipeline/render/device/device-choice.ts';
import type { CodedCameraFrame } from '../src/pipeline/worker-protocol.ts';
import type { Milli } from '../src/time.ts';
import { LoadClient, type LoadSample } from './load/load-client.io.ts';
import { BUDGET, FPS, type LoadPool, openLoadPool } from './load/load-pool.io.ts';
import { held, type LoadFigures, summarise, together } from './load/summary.ts';

/** Levels fall by a step a second, and come back two seconds after one too many. */
const SETTLE_S = 6;
const MEASURE_S = 5;
/**
 * Spans without and with others who ask, in turn: one stutter of the machine makes a twentieth of a span's frames late, and
 * of spans at two times only one would have it.
 */
const TURNS = 4;
/** Between two who ask. */
const ASKING: Milli = 200;
const CLIP_FRAMES = 240;
const CAMERA_BITRATE = 1_000_000;
/** More sessions than these no run of a benchmark waits for. */
const MOST_SESSIONS = 32;
/** Phases of cameras that know nothing of each other: the golden ratio spreads any number of them. */
const SPREAD = 0.618;
const IDENTITIES = ['marlow', 'amara', 'taro', 'ines', 'hana', 'osei', 'priya', 'pip'];

export interface LoadReport {
  readonly engine: string;
  readonly size: Px;
  /** What the capacity model said after calibrating, and how many held 30 fps at p99 within the budget. */
  readonly predicted: number;
  readonly held: number;
  readonly steps: readonly LoadStep[];
  /** As many as were let in, in turn alone and while others ask five times a second: those who ask are refused. */
  readonly overload: {
    readonly admitted: number;
    /** Whether all of those held, before others asked. */
    readonly held: boolean;
    readonly refused: number;
    readonly alone: LoadFigures;
    readonly pressed: LoadFigures;
    /** Twice the sessions without admission: the levels alone keep frames in time. */
    readonly open: LoadFigures;
  };
  readonly memory: { readonly perSessionBytes: number; readonly perIdentityBytes: number };
}

/** So many sessions at once, and what the capacity model makes of them. */
interface LoadStep extends LoadFigures {
  readonly model: {
    /** Sessions that there could be. */
    readonly capacity: number;
    /** What a frame takes of its worker beside its stages. */
    readonly uncountedMs: Milli;
  };
}

/** How many sessions of an engine this machine carries, and what becomes of them beyond that. */
export async function benchLoad(
  engine: string,
  size: Px,
  device: Device = 'cpu',
): Promise<LoadReport> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const clip = await codedActor(codecs, { frames: CLIP_FRAMES, bitrate: CAMERA_BITRATE });
  const load = await openLoadPool(engine, size, { device });
  const { pool } = load;
  const clients: LoadClient[] = [];
  try {
    const predicted = pool.estimate.capacity;
    const steps: LoadStep[] = [];
    const memories: number[] = [];
    for (let sessions = 1; sessions <= MOST_SESSIONS; sessions++) {
      await add(clients, load, clip, 'marlow');
      steps.push({ ...(await measure(clients)), model: modelOf(load) });
      memories.push(memoryOf(load));
      if (!held(steps.at(-1)!, BUDGET)) break;
    }
    const carried = steps.filter((step) => held(step, BUDGET)).length;
    return {
      engine,
      size,
      predicted,
      held: carried,
      steps,
      memory: {
        perSessionBytes: slope(memories),
        perIdentityBytes: await identityBytes(load, clients, clip),
      },
      overload: await overload(load, clients, clip),
    };
  } finally {
    for (const client of clients) client.stop();
    await load.close();
  }
}

type Clip = readonly Omit<CodedCameraFrame, 'receivedAt'>[];

async function add(clients: LoadClient[], load: LoadPool, clip: Clip, identity: string) {
  const client = new LoadClient(`load-${clients.length}`, clip, FPS, machineClock);
  clients.push(client);
  const phase = (clients.length * SPREAD) % 1;
  await client.start(load.pool, { ...load.settings, identity }, phase);
}

async function measure(clients: readonly LoadClient[]) {
  await setTimeout(SETTLE_S * 1_000);
  return summarise(await span(clients), { seconds: MEASURE_S, budget: BUDGET });
}

/** What each client got in {@link MEASURE_S}. */
async function span(clients: readonly LoadClient[]): Promise<LoadSample[]> {
  for (const client of clients) client.take();
  await setTimeout(MEASURE_S * 1_000);
  return clients.map((client) => client.take());
}

async function overload(load: LoadPool, clients: LoadClient[], clip: Clip) {
  for (const client of clients.splice(0)) client.stop();
  const { pool } = load;
  while (clients.length < MOST_SESSIONS && pool.reserve(`load-${clients.length}`, 'marlow').fits) {
    await add(clients, load, clip, 'marlow');
    // Whoever asks next is judged by what this one was measured to cost.
    await setTimeout(SETTLE_S * 1_000);
  }
  const admitted = clients.length;
  const spans: Record<'alone' | 'pressed', LoadSample[][]> = { alone: [], pressed: [] };
  let refused = 0;
  const ask = () => {
    // Somebody who is let in after all, because sessions turned out cheaper, is not counted here.
    if (pool.reserve('another', 'marlow').fits) pool.release('another');
    else refused++;
  };
  await setTimeout(SETTLE_S * 1_000);
  for (let turn = 0; turn < TURNS; turn++) {
    spans.alone.push(await span(clients));
    const asking = setInterval(ask, ASKING);
    spans.pressed.push(await span(clients));
    clearInterval(asking);
  }
  const figures = (of: LoadSample[][]) =>
    summarise(
      clients.map((_, k) => together(of.map((samples) => samples[k]!))),
      { seconds: TURNS * MEASURE_S, budget: BUDGET },
    );
  const [alone, pressed] = [figures(spans.alone), figures(spans.pressed)];
  while (clients.length < 2 * admitted) await add(clients, load, clip, 'marlow');
  const open = await measure(clients);
  return { admitted, held: held(alone, BUDGET), refused, alone, pressed, open };
}

/** What other faces than the first take of the workers' memory, in one session each. */
async function identityBytes(load: LoadPool, clients: LoadClient[], clip: Clip): Promise<number> {
  for (const client of clients.splice(0)) client.stop();
  await setTimeout(2 * 1_000);
  const before = memoryOf(load);
  for (const identity of IDENTITIES.slice(1)) {
    await add(clients, load, clip, identity);
    clients.pop()!.stop();
  }
  await setTimeout(2 * 1_000);
  return Math.max(0, memoryOf(load) - before) / (IDENTITIES.length - 1);
}

function modelOf({ pool }: LoadPool): LoadStep['model'] {
  const uncounted = pool.loads.flatMap((load) => load?.uncounted ?? []);
  return {
    capacity: pool.estimate.capacity,
    uncountedMs: Math.max(0, ...uncounted.map(({ thread }) => thread)),
  };
}

function memoryOf({ pool }: LoadPool): number {
  return pool.loads.reduce((sum, load) => sum + (load?.memoryBytes ?? 0), 0);
}

/** What each further session added. */
function slope(values: readonly number[]): number {
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  return values.length < 2 ? 0 : Math.max(0, (last - first) / (values.length - 1));
}
