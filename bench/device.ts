import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineClock } from '../src/pipeline/machine-clock.io.ts';
import type { Px } from '../src/pipeline/picture.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import {
  DEVICES,
  type Device,
  type DeviceTrial,
} from '../src/pipeline/render/device/device-choice.ts';
import { tryDevice } from '../src/pipeline/render/device/device-trial.io.ts';
import type { Engine } from '../src/pipeline/render/engine.ts';
import { FEW_SHOT_LOCATION, offeredEngines, openEngine } from '../src/pipeline/render/engines.ts';
import type { RunFigures } from '../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import {
  type FewShotModelLocation,
  readFewShotModel,
} from '../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { sizesOf } from '../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import type { Milli } from '../src/time.ts';
import { builtInExamples } from './device/built-in-examples.io.ts';
import { movingPose } from './device/moving-pose.ts';

const HELP = `node bench/device.ts [--model FOLDER] [--device LIST] [--size LIST] [--sessions LIST] [--json out.json]

Whole frames of 1 to 16 sessions on every device that is here (processor, WebGPU, CUDA): milliseconds, processor time,
bytes that cross. Where there is no card, what would cross is rehearsed on the processor. Takes up to three minutes a device.
--model: a folder with generator.onnx, embedder.onnx and kernels.json, of any shape that training/ makes.
--device, --size, --sessions: only these, with commas between them: --device webgpu --size 512 --sessions 1,16.
What would cross is rehearsed where the processor is among the devices.`;

const ENGINE = 'few-shot-vid2vid';
/** Those of them that the model draws. */
const SIZES: readonly Px[] = [256, 512];
const SESSIONS = [1, 2, 4, 8, 16] as const;
/** Enough to see what sessions share. */
const REHEARSED = [1, 4] as const;
/** A driver may compile a network for a minute: here that is a figure, not a reason to do without. */
const PATIENCE: Milli = 120_000;
/** Frames of each session that are measured, unless they take longer than that altogether. */
const FRAMES = 60;
const LONGEST: Milli = 4_000;
/** Code and shaders are compiled in these. */
const WARM_UP = 3;
/** A device slower than this is no use with more sessions either. */
const HOPELESS: Milli = 1_000;

/** What is measured: everything, where nothing is said. */
interface Extent {
  readonly devices: readonly Device[];
  readonly sizes: readonly Px[];
  readonly sessions: readonly number[];
}
const EVERYTHING: Extent = { devices: DEVICES, sizes: SIZES, sessions: SESSIONS };

/** Whole frames of several sessions, each of an identity of its own, that are asked for at once in one process. */
interface DeviceFigure {
  readonly device: Device;
  readonly size: Px;
  readonly sessions: number;
  /** From asking for the frames of all sessions to having them, over their number. */
  readonly frameMs: { readonly p50: Milli; readonly p95: Milli };
  /** Processor time of this process a frame: what is left on it when the network is not. */
  readonly processorMs: Milli;
  /** Frames that the warp alone had to draw. */
  readonly degraded: number;
  /** What a frame sends to the device and brings back; `stray`: what crosses though it should stay there. */
  readonly bytes?: { readonly up: number; readonly down: number; readonly stray: number };
}

/** One device as a whole. */
interface DeviceReport {
  readonly device: Device;
  /** Drawn on the processor as on a device, for the bytes alone. */
  readonly rehearsal?: true;
  /** What became of the trial, as at the start of a server. */
  readonly trial: DeviceTrial;
  /** Why it was left while it was measured, if it was. */
  readonly lost?: string;
  readonly figures: readonly DeviceFigure[];
}

/** Measures the engine with a network on every device that is here. */
export async function benchDevice(
  model: FewShotModelLocation = FEW_SHOT_LOCATION,
  extent = EVERYTHING,
): Promise<DeviceReport[]> {
  if (!offeredEngines({ fewShotModel: model }).includes(ENGINE)) {
    console.error(`There is no model in ${model.folder}: nothing to measure devices with.`);
    return [];
  }
  const reports: DeviceReport[] = [];
  for (const device of extent.devices) {
    const trial = await tryDevice(device, model, { limit: PATIENCE });
    reports.push(
      trial.kind === 'ran'
        ? { device, trial, ...(await measure(device, model, extent)) }
        : { device, trial, figures: [] },
    );
  }
  const own = reports.find(({ device }) => device === 'cpu');
  if (own)
    reports.push({ ...own, rehearsal: true, ...(await measure('cpu', model, extent, true)) });
  return reports;
}

async function measure(
  device: Device,
  fewShotModel: FewShotModelLocation,
  { sizes, sessions: counts }: Extent,
  rehearse = false,
): Promise<Pick<DeviceReport, 'figures' | 'lost'>> {
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-device-'));
  let why: string | undefined;
  let runs: RunFigures[] = [];
  const engine = await openEngine(ENGINE, {
    fewShotModel,
    deviceUse: {
      device,
      rehearse,
      ran: (figures) => runs.push(figures),
      lost: ({ message }) => {
        why = message;
      },
    },
  });
  const examples = await builtInExamples(Math.max(...counts, ...REHEARSED), scratch);
  const identities: unknown[] = [];
  for (const each of examples) identities.push(await engine.enrol(each));
  const { field } = await readFewShotModel({ ...fewShotModel, tried: true });
  const figures: DeviceFigure[] = [];
  for (const size of sizes.filter((each) => sizesOf(field).includes(each))) {
    for (const sessions of rehearse ? REHEARSED : counts) {
      runs = [];
      const figure = await measureSessions(engine, identities, { device, size, sessions });
      figures.push(runs.length > 0 ? { ...figure, bytes: bytesOf(runs) } : figure);
      if (figure.frameMs.p50 > HOPELESS || why !== undefined) break;
    }
  }
  for (const identity of identities) await engine.discard(identity);
  await engine.close();
  await rm(scratch, { recursive: true });
  return why === undefined ? { figures } : { figures, lost: why };
}

/** A frame's, of the last run: the first ones bring what is kept from then on. */
function bytesOf(runs: readonly RunFigures[]): NonNullable<DeviceFigure['bytes']> {
  const { frames, up, down, stray } = runs.at(-1)!;
  return { up: up / frames, down: down / frames, stray: stray / frames };
}

async function measureSessions(
  engine: Engine,
  identities: readonly unknown[],
  { device, size, sessions }: Pick<DeviceFigure, 'device' | 'size' | 'sessions'>,
): Promise<DeviceFigure> {
  const drawn = await Promise.all(
    identities.slice(0, sessions).map(async (identity) => ({
      neutral: engine.neutral(identity),
      renderer: await engine.open(identity, { size, mark: true }),
    })),
  );
  const frame = (at: number) =>
    Promise.all(drawn.map(({ renderer, neutral }) => renderer.render(movingPose(neutral, at))));
  for (let at = 0; at < WARM_UP; at++) await frame(at);
  const times: Milli[] = [];
  const began = machineClock();
  const before = process.cpuUsage();
  for (let at = WARM_UP; at < WARM_UP + FRAMES && machineClock() - began < LONGEST; at++) {
    const start = machineClock();
    await frame(at);
    times.push((machineClock() - start) / sessions);
  }
  const { user, system } = process.cpuUsage(before);
  const degraded = drawn.reduce((sum, { renderer }) => sum + renderer.degraded, 0);
  for (const { renderer } of drawn) renderer.close();
  return {
    device,
    size,
    sessions,
    frameMs: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
    processorMs: (user + system) / 1_000 / (times.length * sessions),
    degraded,
  };
}

function crossing({ up, down, stray }: NonNullable<DeviceFigure['bytes']>): string {
  const [sent, brought, astray] = [up, down, stray].map((bytes) => Math.round(bytes / 1_000));
  return `, ${sent} kB up, ${brought} kB down${stray > 0 ? `, ${astray} kB that a device would keep` : ''}`;
}

/** What a list names, in its own order. @returns undefined where it names something that there is not. */
function named<T extends string | number>(list: string, known: readonly T[]): T[] | undefined {
  const names = list.split(',');
  const found = names.flatMap((name) => known.filter((each) => String(each) === name));
  return found.length === names.length ? found : undefined;
}

/** The same alone: it needs no codec, no browser and no network, which a bare machine may lack. */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      device: { type: 'string', default: DEVICES.join(',') },
      size: { type: 'string', default: SIZES.join(',') },
      sessions: { type: 'string', default: SESSIONS.join(',') },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const devices = named(values.device, DEVICES);
  const sizes = named(values.size, SIZES);
  const sessions = named(values.sessions, SESSIONS);
  if (values.help || !devices || !sizes || !sessions) {
    console.log(HELP);
    process.exit(values.help ? 0 : 2);
  }
  const model = values.model ? { folder: values.model } : FEW_SHOT_LOCATION;
  const reports = await benchDevice(model, { devices, sizes, sessions });
  const machine = {
    node: process.version,
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  };
  if (values.json) {
    await writeFile(values.json, `${JSON.stringify({ machine, device: reports }, null, 2)}\n`);
  }
  console.log(JSON.stringify(machine));
  for (const { device, rehearsal, trial, lost, figures } of reports) {
    const what = rehearsal ? 'what crosses to a device (rehearsed on cpu)' : device;
    console.log(`${what}: ${JSON.stringify(trial)}${lost === undefined ? '' : ` ${lost}`}`);
    for (const { size, sessions, frameMs, processorMs, degraded, bytes } of figures) {
      const [p50, p95, own] = [frameMs.p50, frameMs.p95, processorMs].map((ms) => ms.toFixed(2));
      console.log(
        `  ${size}² ${String(sessions).padStart(2)} sessions: ${p50} ms a frame (p95 ${p95}), processor ${own} ms${degraded > 0 ? `, ${degraded} degraded` : ''}${bytes ? crossing(bytes) : ''}`,
      );
    }
  }
}
