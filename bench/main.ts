import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCall } from './call.ts';
import { benchCodecs } from './codecs.ts';
import { benchEnrolment } from './enrolment.ts';
import { benchFreshStart } from './fresh-start.ts';
import { measureLandmarks } from './landmark.ts';
import { benchPipeline } from './pipeline.ts';

const HELP = `npm run bench -- [--json out.json] [--only codecs,landmarks,pipeline,call,start,enrolment]

Measures this machine: codecs, landmarks, one session's stages, a whole call in Chromium (glass to
glass), and the largest enrolment. Takes about three minutes. Compare figures of one run only: machines differ, and
the same machine differs from hour to hour.`;

/** What can be measured, in the order of the flow. */
const PARTS = {
  codecs: () => benchCodecs(),
  landmarks: () => measureLandmarks([]),
  pipeline: async () => [await benchPipeline(256), await benchPipeline(512)],
  call: async () => [await benchCall(256), await benchCall(512)],
  start: () => benchFreshStart(),
  enrolment: () => benchEnrolment(),
} as const;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await run(values.only?.split(',') ?? Object.keys(PARTS), values.json);

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
  if (json) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
}

function show(name: string, figures: readonly object[]): void {
  console.log(`\n${name}`);
  for (const figure of figures) {
    const { stages, ...rest } = figure as { stages?: readonly object[] };
    if (!stages) continue;
    console.log(rest);
    console.table(stages);
  }
  if (!figures.some((figure) => 'stages' in figure)) console.table(figures.map(flat));
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
