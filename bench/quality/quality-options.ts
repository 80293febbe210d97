import { parseArgs } from 'node:util';
import { UnderstudyError } from '../../src/errors.ts';
import { ROW_PARTS } from './row.ts';

export const QUALITY_USAGE = `Usage: npm run quality -- [options]

Measures how well engines draw faces whose true pictures are known, and how well identities follow
drivers: the figures of docs/quality. Rows that were measured before with the same code, weights and
files are taken from a cache, so a run that was interrupted goes on where it was.

  --json <file>             Write every row with all its figures
  --page <folder>           Renew the tables, the K-curve and the pictures of the page in this folder
  --strips <folder>         Write a PNG of each subject, an engine a row: for looking, not for publishing
  --engine <names>          Engines, separated by commas (default: static and all there are)
  --variant <name>=<folder> Also few-shot-vid2vid with the model in this folder, under a name of its own; may be repeated
  --tuned <folder>          Also few-shot-vid2vid with kernels fine-tuned for the clips, as training/few_shot/tuned_set.py
                            leaves them in this folder: the rows fine-tuned
  --level <names>           Also few-shot-vid2vid, and each variant, as drawn at these quality levels: alternate, small,
                            in rows named level-small, <variant>-small and so on
  --only <text>             Only subjects and drivers whose name contains this
  --examples <counts>       Of reproduction and pictures, only rows from so many examples (default 1,2,4,8)
  --part <names>            reproduction, pictures, turned, puppetry (default all)
  --renders <folder>        Clips that training/ rendered: a folder each with frames.rgb and clip.json
  --media <folder>          Real clips (clips/*.mp4) and portraits (portraits/*) (default ../shared/media)
  --frames <count>          At most so many frames a clip (default 450)
  --face-model <file>       A face_landmarker.task (default: the one in --models, else the embedded one)
  --models <folder>         Folder that npm run models fills (default models/cache)
  --cache <folder>          Where finished rows are kept (default build/quality)
  --help                    Show this text`;

/** Numbers of examples that clips are measured with. */
export const CLIP_EXAMPLES: readonly number[] = [1, 2, 4, 8];

/** Levels below the full one at which a network draws. */
const MEASURED_LEVELS = ['alternate', 'small'] as const;
export type MeasuredLevel = (typeof MEASURED_LEVELS)[number];
/** The name of rows drawn at one of them, by the model in use or by a variant. */
export const levelRow = (level: MeasuredLevel, variant = 'level'): string => `${variant}-${level}`;
const levelRows = (variant?: string) => MEASURED_LEVELS.map((level) => levelRow(level, variant));

/** The name of rows drawn with kernels fine-tuned for them. */
export const TUNED = 'fine-tuned';

/** A model of few-shot-vid2vid to compare with, and the name that its rows have. */
export interface ModelVariant {
  readonly name: string;
  readonly folder: string;
}

export interface QualityOptions {
  readonly json: string | undefined;
  readonly page: string | undefined;
  readonly strips: string | undefined;
  readonly engines: readonly string[];
  readonly variants: readonly ModelVariant[];
  readonly levels: readonly MeasuredLevel[];
  readonly tuned: string | undefined;
  readonly only: string;
  /** Of what is drawn from some number of its own pictures: rows of these numbers. */
  readonly examples: readonly number[];
  readonly parts: readonly (typeof ROW_PARTS)[number][];
  readonly renders: string | undefined;
  readonly media: string;
  readonly frames: number;
  readonly faceModel: string | undefined;
  readonly models: string;
  readonly cache: string;
}

export type QualityInvocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly options: QualityOptions };

function invalid(message: string, detail: { value?: unknown; valid?: unknown; cause?: unknown }) {
  return new UnderstudyError('invalid_arguments', `${message} See --help.`, detail);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        json: { type: 'string' },
        page: { type: 'string' },
        strips: { type: 'string' },
        engine: { type: 'string' },
        variant: { type: 'string', multiple: true, default: [] },
        level: { type: 'string' },
        tuned: { type: 'string' },
        only: { type: 'string', default: '' },
        examples: { type: 'string', default: CLIP_EXAMPLES.join(',') },
        part: { type: 'string', default: ROW_PARTS.join(',') },
        renders: { type: 'string' },
        media: { type: 'string', default: '../shared/media' },
        frames: { type: 'string', default: '450' },
        'face-model': { type: 'string' },
        models: { type: 'string', default: 'models/cache' },
        cache: { type: 'string', default: 'build/quality' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('. ');
    throw invalid(`${sentence}.`, { cause });
  }
}

function listed<const T extends string>(flag: string, text: string, valid: readonly T[]): T[] {
  return text.split(',').map((name) => {
    const found = valid.find((one) => one === name);
    if (found !== undefined) return found;
    throw invalid(`${flag} cannot name '${name}': valid is ${valid.join(', ')}.`, {
      value: name,
      valid,
    });
  });
}

/** @param taken names that rows of others have. */
function variantsOf(texts: readonly string[], taken: readonly string[]): ModelVariant[] {
  const names = new Set(taken);
  return texts.map((text) => {
    const [, name, folder] = /^([a-z0-9-]+)=(.+)$/.exec(text) ?? [];
    const rows = [name ?? '', ...levelRows(name)];
    if (name === undefined || folder === undefined || rows.some((row) => names.has(row))) {
      const others = [...names].join(', ');
      throw invalid(
        `--variant cannot be '${text}': valid is a name of a-z, 0-9 and -, not ${others}, then = and a folder.`,
        { value: text },
      );
    }
    for (const row of rows) names.add(row);
    return { name, folder };
  });
}

/**
 * @param argv the arguments after the program's name.
 * @throws UnderstudyError `invalid_arguments`, in a sentence that names the argument and what it may be.
 */
export function readQualityOptions(
  argv: readonly string[],
  engines: readonly string[],
): QualityInvocation {
  const values = parsed(argv);
  if (values.help) return { kind: 'help' };
  const frames = Number(values.frames);
  if (!Number.isInteger(frames) || frames < 10) {
    throw invalid(`--frames cannot be '${values.frames}': valid is a whole number from 10 on.`, {
      value: values.frames,
    });
  }
  return {
    kind: 'run',
    options: {
      json: values.json,
      page: values.page,
      strips: values.strips,
      engines: values.engine === undefined ? engines : listed('--engine', values.engine, engines),
      variants: variantsOf(values.variant, [...engines, TUNED, ...levelRows()]),
      levels: values.level === undefined ? [] : listed('--level', values.level, MEASURED_LEVELS),
      tuned: values.tuned,
      only: values.only,
      examples: listed('--examples', values.examples, CLIP_EXAMPLES.map(String)).map(Number),
      parts: listed('--part', values.part, ROW_PARTS),
      renders: values.renders,
      media: values.media,
      frames,
      faceModel: values['face-model'],
      models: values.models,
      cache: values.cache,
    },
  };
}
