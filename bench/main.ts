import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { DEVICES } from '../src/pipeline/render/device/device-choice.ts';
import { DEFAULT_ENGINE } from '../src/pipeline/render/engine.ts';
import { drawComparison } from './aiortc/comparison-chart.ts';
import { COMPARED_CODECS, comparedCodecs } from './aiortc/contender.ts';
import { benchAiortc } from './aiortc.ts';
import { benchAlone } from './alone.ts';
import { benchCall } from './call.ts';
import { benchCodecs } from './codecs.ts';
import { benchDevice } from './device.ts';
import { benchEfforts } from './efforts.ts';
import { benchEnrolment } from './enrolment.ts';
import { benchFreshStart } from './fresh-start.ts';
import { benchIdentitySwitch } from './identity-switch.ts';
import { benchIdle } from './idle.ts';
import { measureLandmarks } from './landmark.ts';
import { drawWaterfall } from './load/waterfall.ts';
import { benchLoad, type LoadReport } from './load.ts';
import { benchPipeline } from './pipeline.ts';
import { benchSoak } from './soak.ts';

const HELP = `npm run bench -- [--json out.json]
                 [--only codecs,landmarks,pipeline,efforts,device,call,start,switch,alone,enrolment,load,soak,idle,aiortc]
                 [--sizes 256,512] [--engine ${DEFAULT_ENGINE}] [--device cpu] [--model folder] [--svg out.svg] [--soak seconds]
                 [--python training/.venv-aiortc/bin/python] [--aiortc-svg out.svg] [--aiortc-codecs vp8,h264]

Measures this machine: codecs, landmarks, one session's stages, a frame at each effort, the network on each device
that is here (of the trained model, or of one in --model), a whole call in Chromium (glass to
glass), switches of identity in mid-call, one session's deadlines in a minute, the largest
enrolment, how many sessions are drawn in time (--svg draws where their time goes), whether memory
stays flat, an idle server, and picture transforms on this transport beside the same on aiortc
(skipped where --python has no aiortc; --aiortc-svg draws them). Takes about nine minutes, and ten
more for each of --aiortc-codecs with aiortc. Compare figures of one run only: machines differ, and
the same machine differs from hour to hour.`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    sizes: { type: 'string', default: '256,512' },
    engine: { type: 'string', default: DEFAULT_ENGINE },
    device: { type: 'string', default: 'cpu' },
    model: { type: 'string' },
    svg: { type: 'string' },
    soak: { type: 'string', default: '20' },
    python: { type: 'string' },
    'aiortc-svg': { type: 'string' },
    'aiortc-codecs': { type: 'string', default: COMPARED_CODECS.join() },
    help: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);
const compared = comparedCodecs(values['aiortc-codecs']);

/** What can be measured, in the order of the flow. */
const PARTS = {
  codecs: () => benchCodecs(),
  landmarks: () => measureLandmarks([]),
  pipeline: async () => [
    await benchPipeline(256, values.engine),
    await benchPipeline(512, values.engine),
  ],
  efforts: async () => [
    ...(await benchEfforts(256, values.engine)),
    ...(await benchEfforts(512, values.engine)),
  ],
  device: () => benchDevice(values.model ? { folder: values.model } : undefined),
  call: async () => [
    await benchCall(256, values.engine),
    await benchCall(512, values.engine),
    // With time for every frame at its best.
    await benchCall(512, values.engine, '100ms'),
  ],
  start: () => benchFreshStart(),
  switch: async () => [
    ...(await benchIdentitySwitch(256, values.engine)),
    ...(await benchIdentitySwitch(512, values.engine)),
  ],
  alone: async () => [await benchAlone(256, values.engine), await benchAlone(512, values.engine)],
  enrolment: () => benchEnrolment(),
  load: () => loads(),
  soak: async () => [await benchSoak(Number(values.soak), values.engine)],
  idle: async () => [await benchIdle()],
  aiortc: () => besideAiortc(),
} as const;

if (values.help) console.log(HELP);
else await run(values.only?.split(',') ?? Object.keys(PARTS), values.json);

async function loads(): Promise<LoadReport[]> {
  const reports: LoadReport[] = [];
  for (const size of sizes)
    reports.push(
      await benchLoad(
        values.engine,
        size,
        DEVICES.find((each) => each === values.device),
      ),
    );
  if (values.svg) await writeFile(values.svg, drawWaterfall(reports));
  return reports;
}

async function besideAiortc(): ReturnType<typeof benchAiortc> {
  const rows = await benchAiortc(sizes, compared, values.python);
  const svg = values['aiortc-svg'];
  const measured = rows.filter((row) => 'peer' in row);
  if (svg && measured.length > 0) await writeFile(svg, drawComparison(measured));
  return rows;
}

async function run(names: readonly string[], json: string | undefined): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(
      `Nothing is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`,
    );
    process.exitCode = 1;
    return;
  }
  const machine = {
    node: process.version,
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  };
  console.log(`Node ${machine.node} on ${machine.cores} cores (${machine.processor})`);
  const results: Record<string, unknown> = { at: new Date().toISOString(), machine };
  for (const name of names) {
    console.error(`measuring ${name} …`);
    const figures = await PARTS[name as keyof typeof PARTS]();
    results[name] = figures;
    show(name, figures);
  }
  if (json) await mkdir(dirname(json), { recursive: true });
  if (json) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
}

function show(name: string, figures: readonly object[]): void {
  console.log(`\n${name}`);
  if (name === 'load') {
    for (const {
      engine,
      size,
      predicted,
      held,
      steps,
      overload,
    } of figures as readonly LoadReport[]) {
      const { admitted, held: whole, refused } = overload;
      console.log(
        `${engine} ${size}²: ${predicted} predicted, ${held} held, ${admitted} let in and ${whole ? '' : 'not '}held, ${refused} refused`,
      );
      console.table(
        steps.map(({ sessions, latencyMs, fps, missed, levels, model }) =>
          flat({ sessions, latencyMs, fps, missed, levels, model }),
        ),
      );
      const { alone, pressed, open } = overload;
      console.table(
        Object.entries({ alone, pressed, open }).map(
          ([during, { sessions, latencyMs, fps, missed, levels }]) =>
            flat({ during, sessions, latencyMs, fps, missed, levels }),
        ),
      );
    }
    return;
  }
  if (name === 'device') {
    for (const { trial, figures: rows } of figures as Awaited<ReturnType<typeof benchDevice>>) {
      console.log(trial);
      console.table(rows.map(flat));
    }
    return;
  }
  for (const figure of figures) {
    const { stages, ...rest } = figure as { stages?: readonly object[] };
    if (!stages) continue;
    console.log(rest);
    console.table(stages);
  }
  const skipped = figures.find((figure) => 'skipped' in figure);
  if (skipped) console.log(`skipped: ${skipped.skipped}`);
  else if (!figures.some((figure) => 'stages' in figure)) console.table(figures.map(flat));
}

/** Nested figures as columns of their own, rounded: for people. The file has them whole. */
function flat(figure: object): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(figure)) {
    if (typeof value === 'object' && value !== null)
      for (const [inner, number] of Object.entries(value))
        columns[`${key}.${inner}`] = round(number);
    else columns[key] = round(value);
  }
  return columns;
}

function round(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
