import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { readInvocation } from '../config.ts';
import { UnderstudyError } from '../errors.ts';
import { fetchModel, ModelFetchError } from '../pipeline/landmark/model-fetch.io.ts';
import { FACE_LANDMARKER_FILE } from '../pipeline/landmark/model-file.io.ts';
import { FACE_LANDMARKERS, type KnownModel } from '../pipeline/landmark/model-manifest.ts';

const USAGE = `Usage: npm run models [-- --models <folder>]

Fetches the full face landmark model, which also gives expression coefficients, into the models folder,
where the server and npm run render find it. Without it they use the model that is installed with the
program. A broken download goes on where it stopped.`;

const BYTES_PER_MB = 1_000_000;

/** Where a download's progress is told. */
export interface ModelsOutput {
  line(text: string): void;
  /** Whether a bar that redraws itself can be shown. */
  readonly interactive: boolean;
}

/**
 * Fetches what is missing, and says what it did.
 * @returns the exit code: 0 when the models folder is complete, 1 when it is not.
 */
export async function fetchModels(
  modelsFolder: string,
  output: ModelsOutput,
  models: readonly KnownModel[] = FACE_LANDMARKERS,
): Promise<0 | 1> {
  const [model] = models;
  if (model?.url === undefined) throw new RangeError('the manifest names no model to fetch');
  const { url } = model;
  const path = join(modelsFolder, FACE_LANDMARKER_FILE);
  const bar = progressBar(output, model);
  try {
    const outcome = await fetchModel({ model: { ...model, url }, path, onProgress: bar.update });
    bar.stop();
    const verb = outcome === 'present' ? 'is already there' : 'fetched';
    output.line(`${model.name} ${verb}: ${path} (SHA-256 checked)`);
    return 0;
  } catch (error) {
    bar.stop();
    if (!(error instanceof ModelFetchError)) throw error;
    output.line(explain(error, model, path));
    return 1;
  }
}

function explain(error: ModelFetchError, model: KnownModel, path: string): string {
  const reason = error.cause instanceof Error ? ` (${rootCause(error.cause)})` : '';
  return `${error.message}${reason}
Without it the model that is installed with the program is used; nothing else is missing.
To add it by hand, fetch on any machine
  ${model.url}
and put it at
  ${path}
or say where it is: --face-model <file>, or UNDERSTUDY_FACE_MODEL.
Its SHA-256 must be ${model.sha256}.`;
}

/** `fetch failed` says nothing; what it wraps does. */
function rootCause(error: Error): string {
  return error.cause instanceof Error ? rootCause(error.cause) : error.message || error.name;
}

function progressBar(output: ModelsOutput, model: KnownModel) {
  const inMb = (bytes: number) => (bytes / BYTES_PER_MB).toFixed(1);
  const start = `Fetching ${model.name} (${inMb(model.bytes)} MB, ${model.licence})`;
  let bar: SingleBar | undefined;
  let begun = false;
  return {
    update(bytes: number, of: number): void {
      if (!begun) {
        begun = true;
        output.line(bytes > 0 ? `${start}, going on at ${inMb(bytes)} MB` : start);
        if (output.interactive) {
          bar = new SingleBar({ format: '{bar} {percentage} % · {eta_formatted} left' });
          bar.start(of, bytes);
        }
      }
      bar?.update(bytes);
    },
    stop: () => bar?.stop(),
  };
}

async function main(): Promise<0 | 1> {
  try {
    const invocation = readInvocation(process.argv.slice(2), process.env);
    if (invocation.kind === 'help') {
      console.log(USAGE);
      return 0;
    }
    return await fetchModels(invocation.config.models, {
      line: console.log,
      interactive: process.stdout.isTTY === true,
    });
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main();
