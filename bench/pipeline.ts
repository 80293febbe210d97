import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codedActor } from '../src/pipeline/coded-actor.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import { Reenactment } from '../src/pipeline/reenactment.ts';
import { STAGES, type StageTimes } from '../src/pipeline/stage.ts';
import { openWorkerStages } from '../src/pipeline/worker-stages.io.ts';
import type { Milli } from '../src/time.ts';

const FRAMES = 240;
/** In which code is compiled and the driver's calibration begins. */
const WARM_UP = 40;
const FRAME_TIME: Milli = 1_000 / 30;

interface StageFigure {
  readonly stage: string;
  readonly p50: Milli;
  readonly p95: Milli;
}

export interface PipelineFigures {
  readonly engine: string;
  readonly size: Px;
  readonly codec: string;
  readonly identity: string;
  readonly stages: readonly StageFigure[];
  /** How much of a core one session takes at 30 frames a second. */
  readonly coreShareAt30Fps: number;
}

/**
 * One session's way of a frame in this process, without a network: each frame of the sample actor
 * in turn, and how long each stage took with it.
 */
export async function benchPipeline(
  size: Px,
  engine: string,
  identity = 'marlow',
): Promise<PipelineFigures> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  const stages = await openWorkerStages({
    dataFolder,
    modelsFolder: join(dataFolder, 'none'),
    codecs: 'auto',
    engine,
    identityCacheBytes: 256_000_000,
  });
  const codec = stages.report.codecs.includes('h264') ? 'h264' : 'vp8';
  const coded = await codedActor(stages.codecs, {
    frames: FRAMES,
    bitrate: size >= 512 ? 1_500_000 : 800_000,
  });
  const times: StageTimes[] = [];
  let answered: () => void = () => undefined;
  const session = new Reenactment(
    'bench',
    {
      identity,
      motion: 'relative',
      smoothing: 0.5,
      size,
      fps: 30,
      // Stages are measured as they are: no budget makes them do less, whenever a frame says it came.
      frameBudget: Number.MAX_SAFE_INTEGER,
      mark: true,
      outputs: [codec],
      bitrate: 1_000_000,
      stamp: false,
      paused: false,
      standby: false,
      suspect: false,
    },
    stages,
    {
      rendered: (frame) => {
        if (frame.frame === null) return;
        times.push(frame.stages);
        answered();
      },
      dropped: () => answered(),
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: (_, cause) => {
        throw cause;
      },
    },
  );
  await session.wear(identity);
  let cpu = process.cpuUsage();
  for (const frame of coded) {
    if (frame.frame === WARM_UP) cpu = process.cpuUsage();
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    // In the time of the clip: none is too early for the highest rate.
    session.push({ ...frame, receivedAt: frame.frame * FRAME_TIME });
    await done;
  }
  const { user, system } = process.cpuUsage(cpu);
  session.close();
  await stages.close();
  await rm(dataFolder, { recursive: true, force: true });
  const perFrame = (user + system) / 1000 / (coded.length - WARM_UP);
  const steady = times.slice(WARM_UP);
  const figures = STAGES.map((stage) =>
    figure(
      stage,
      steady.map((each) => each[stage] ?? 0),
    ),
  );
  const total = steady.map((each) => STAGES.reduce((sum, stage) => sum + (each[stage] ?? 0), 0));
  return {
    engine,
    size,
    codec,
    identity,
    stages: [...figures, figure('all', total)],
    coreShareAt30Fps: (perFrame * 30) / 1000,
  };
}

function figure(stage: string, times: readonly Milli[]): StageFigure {
  return { stage, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}
