import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UnderstudyError } from '../errors.ts';
import { DEFAULT_ENGINE, MAX_EXAMPLES } from '../pipeline/render/engine.ts';

export const RENDER_USAGE = `Usage: npm run render -- --identity <picture or id> --input <clip> --output <clip> [options]

Moves an identity by the face in a video file: the pipeline of a call, on files. The same input makes
the same output, byte for byte. The output is marked as synthetic, visibly and in its metadata.

  --identity <file or id>   A JPEG, PNG or WebP picture, repeated for up to ${MAX_EXAMPLES} pictures of the same face;
                            or the id of a built-in or enrolled identity
  --input <file>            The driving clip (.mp4, .webm)
  --output <file>           The clip to make: .mp4 (H.264) or .webm (VP8); audio is copied from the input
  --engine <name>           Rendering engine: ${DEFAULT_ENGINE} (default), or warp, which draws without a network
  --motion <mode>           relative: carry the motion over; absolute: stand where the clip's face stands
                            (default relative)
  --smoothing <0…1>         0 snappy … 1 smooth (default 0.5)
  --size <pixels>           Side of the square picture, even, 64 to 1024 (default 512)
  --report <file>           Write a JSON report with a row for every frame
  --no-mark                 Leave the visible mark out; the metadata still says that the clip is synthetic
  --face-model <file>       A face_landmarker.task (default: the one in --models, else the embedded one)
  --models <folder>         Folder that npm run models fills (default models/cache)
  --data <folder>           Folder of enrolled identities (default data)
  --codec-backend <name>    auto, native or wasm (default auto)
  --help                    Show this text`;

export interface RenderCommandOptions {
  readonly identity: readonly string[];
  readonly input: string;
  readonly output: string;
  readonly engine: string;
  readonly motion: 'relative' | 'absolute';
  readonly smoothing: number;
  readonly size: number;
  readonly report: string | undefined;
  readonly mark: boolean;
  readonly faceModel: string | undefined;
  readonly models: string;
  readonly data: string;
  readonly codecBackend: 'auto' | 'native' | 'wasm';
}

export type RenderInvocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly options: RenderCommandOptions };

function invalid(message: string, value?: unknown, valid?: unknown): UnderstudyError {
  return new UnderstudyError('invalid_arguments', `${message} See --help.`, { value, valid });
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowNegative: true,
      options: {
        identity: { type: 'string', multiple: true, default: [] },
        input: { type: 'string' },
        output: { type: 'string' },
        engine: { type: 'string', default: DEFAULT_ENGINE },
        motion: { type: 'string', default: 'relative' },
        smoothing: { type: 'string', default: '0.5' },
        size: { type: 'string', default: '512' },
        report: { type: 'string' },
        mark: { type: 'boolean', default: true },
        'face-model': { type: 'string' },
        models: { type: 'string', default: 'models/cache' },
        data: { type: 'string', default: 'data' },
        'codec-backend': { type: 'string', default: 'auto' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('. ');
    throw new UnderstudyError('invalid_arguments', `${sentence}. See --help.`, { cause });
  }
}

function oneOf<const T extends string>(flag: string, value: string, valid: readonly T[]): T {
  const found = valid.find((one) => one === value);
  if (found === undefined) {
    throw invalid(`${flag} cannot be '${value}': valid is ${valid.join(', ')}.`, value, valid);
  }
  return found;
}

function numeric(
  flag: string,
  text: string,
  valid: string,
  fits: (value: number) => boolean,
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!fits(value)) throw invalid(`${flag} cannot be '${text}': valid is ${valid}.`, text, valid);
  return value;
}

/**
 * @param argv the arguments after the program's name.
 * @throws UnderstudyError `invalid_arguments`, in a sentence that names the argument and what it may be.
 */
export function readRenderOptions(
  argv: readonly string[],
  engines: readonly string[],
): RenderInvocation {
  const values = parsed(argv);
  if (values.help) return { kind: 'help' };
  const { identity, input, output } = values;
  if (identity.length === 0) throw invalid('--identity is missing.');
  if (identity.length > MAX_EXAMPLES) {
    throw invalid(`--identity takes at most ${MAX_EXAMPLES} pictures.`, identity.length);
  }
  if (input === undefined) throw invalid('--input is missing.');
  if (output === undefined) throw invalid('--output is missing.');
  const named = [input, ...identity].map((file) => resolve(file));
  for (const [flag, file] of Object.entries({ '--output': output, '--report': values.report })) {
    if (file === undefined) continue;
    if (named.includes(resolve(file))) {
      throw invalid(`${flag} cannot be ${file}, which is named before it and would be lost.`, file);
    }
    named.push(resolve(file));
  }
  return {
    kind: 'run',
    options: {
      identity,
      input,
      output,
      engine: oneOf('--engine', values.engine, engines),
      motion: oneOf('--motion', values.motion, ['relative', 'absolute']),
      smoothing: numeric('--smoothing', values.smoothing, '0 to 1', (v) => v >= 0 && v <= 1),
      size: numeric(
        '--size',
        values.size,
        'an even number from 64 to 1024',
        (v) => v >= 64 && v <= 1024 && v % 2 === 0,
      ),
      report: values.report,
      mark: values.mark,
      faceModel: values['face-model'],
      models: values.models,
      data: values.data,
      codecBackend: oneOf('--codec-backend', values['codec-backend'], ['auto', 'native', 'wasm']),
    },
  };
}
