import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../landmark/model-error.ts';
import { openOnDevice, openOnnx } from '../../landmark/onnx.io.ts';
import type { ShapedOnnxSession } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import { INPUT_CHANNELS } from './conditioning.ts';
import type { FrameSessions } from './device-studio.ts';
import { EMBEDDER_FIELD, FIELDS, type Field } from './field.ts';
import { betweenGraph, frameGraph } from './frame-graph.ts';
import { FRAME_OUTPUTS } from './frame-values.ts';
import { metadataOf, takesWindows } from './generator-graph.ts';
import type { Generator } from './generator-sessions.ts';
import { bakeKernels, type KernelTable, kernelCount, parseKernelTable } from './kernel-table.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import { POSE_CHANNELS } from './pose-map.ts';

/** The files of the model, in one folder. */
export const FEW_SHOT_FILES = ['generator.onnx', 'embedder.onnx', 'kernels.json'] as const;
type ModelFileName = (typeof FEW_SHOT_FILES)[number];

/** Channels of an example for the embedder: its picture, its pose map. */
const EXAMPLE_CHANNELS = PICTURE_CHANNELS + POSE_CHANNELS.length;

/** Under this the generator's file says how many cells are in a row of the field that it works on. */
const FIELD_KEY = 'field_cells';

/** What the generator takes and gives for one frame. */
const generatorShapes = (...part: readonly [number, number] | readonly [string, string]) => ({
  input: [1, INPUT_CHANNELS.count, ...part],
  residual: [1, PICTURE_CHANNELS, ...part],
  previous: [1, 1, ...part],
  flow: [1, 2, ...part],
});

/** The same where a run decides how much of the field it is given. */
const WINDOW_SHAPES = Object.freeze(generatorShapes('rows', 'columns'));

export interface FewShotModelLocation {
  readonly folder: string;
  /** SHA-256 of each file, lower-case hexadecimal; without them the files are taken as they are. */
  readonly checksums?: Readonly<Record<string, string>>;
  /** Another thread of this program has opened the same files: they are read and checked, not tried. */
  readonly tried?: boolean;
}

/** The checked files of the model: plain bytes, from which sessions are opened. */
export class FewShotModel {
  readonly folder: string;
  readonly table: KernelTable;
  /** Changes with any of the files: what was computed by another model is not this one's. */
  readonly version: string;
  /** What the generator works on. */
  readonly field: Field;
  readonly #files: Readonly<Record<ModelFileName, Uint8Array>>;

  /** @throws ModelError `model_invalid`: the generator works on a field that there is none of, or the table is none. */
  constructor(folder: string, files: Readonly<Record<ModelFileName, Uint8Array>>, version: string) {
    this.folder = folder;
    this.#files = files;
    this.version = version;
    this.table = tableOf(folder, files['kernels.json']);
    this.field = fieldOf(join(folder, 'generator.onnx'), files['generator.onnx']);
  }

  /**
   * The generator with one identity's kernels in it. The caller closes it.
   * @throws ModelError `model_invalid`
   */
  async openGenerator(kernels: Float32Array): Promise<Generator> {
    const baked = bakeKernels(this.#files['generator.onnx'], this.table, kernels);
    const file = join(this.folder, 'generator.onnx');
    const session = await openOnnx(baked, file);
    const windows = typeof session.shapes.input?.at(-1) === 'string';
    const { field } = this;
    const whole = generatorShapes(field.cells, field.cells);
    await checked(session, file, windows ? WINDOW_SHAPES : whole);
    return { field, windows, run: (inputs) => session.run(inputs), close: () => session.close() };
  }

  /** Whether the generator takes parts of the field. */
  get windows(): boolean {
    return takesWindows(this.#files['generator.onnx']);
  }

  /**
   * Whole frames with pictures of a side, of several identities at once (see {@link frameGraph}), on another
   * provider than the processor. The caller closes both.
   * @throws ModelError `model_invalid`
   */
  async openFrames(provider: string, side: Px): Promise<FrameSessions> {
    const file = join(this.folder, 'generator.onnx');
    let graph: Uint8Array;
    try {
      graph = frameGraph(this.#files['generator.onnx'], this.table, this.field, side);
    } catch (cause) {
      throw new ModelError('model_invalid', `${file} cannot be batched.`, { value: file, cause });
    }
    const keep = [FRAME_OUTPUTS.kept];
    const full = await openOnDevice(graph, file, provider, keep);
    try {
      const graph = betweenGraph(this.field, side);
      const between = await openOnDevice(graph, 'a frame between', provider, keep);
      return { full, between };
    } catch (cause) {
      await full.close();
      throw cause;
    }
  }

  /**
   * The network that makes kernels of examples. The caller closes it.
   * @throws ModelError `model_invalid`
   */
  async openEmbedder(): Promise<ShapedOnnxSession> {
    const file = join(this.folder, 'embedder.onnx');
    return checked(await openOnnx(this.#files['embedder.onnx'], file), file, {
      examples: ['K', EXAMPLE_CHANNELS, EMBEDDER_FIELD.cells, EMBEDDER_FIELD.cells],
      kernels: [kernelCount(this.table)],
    });
  }
}

/**
 * Reads the model and tries it, where nobody has: each file is the expected one, onnxruntime takes it, and what goes in
 * and comes out has the shape that the engine works with.
 * @throws ModelError `model_missing`, `model_checksum`, `model_invalid`, naming the file.
 */
export async function readFewShotModel(location: FewShotModelLocation): Promise<FewShotModel> {
  const { folder, checksums } = location;
  const files = {} as Record<ModelFileName, Uint8Array>;
  const version = createHash('sha256');
  for (const name of FEW_SHOT_FILES) {
    const path = join(folder, name);
    const bytes = await readFile(path).catch((cause) => {
      throw new ModelError('model_missing', `${path} cannot be read: get the whole project.`, {
        value: path,
        cause,
      });
    });
    const sum = createHash('sha256').update(bytes).digest('hex');
    if (checksums && sum !== checksums[name]) {
      throw new ModelError('model_checksum', `${path} is not the file that was expected.`, {
        value: sum,
        valid: checksums[name],
      });
    }
    version.update(sum);
    files[name] = bytes;
  }
  const model = new FewShotModel(folder, files, version.digest('hex'));
  if (location.tried) return model;
  await (await model.openGenerator(new Float32Array(kernelCount(model.table)))).close();
  await (await model.openEmbedder()).close();
  return model;
}

function tableOf(folder: string, bytes: Uint8Array): KernelTable {
  const path = join(folder, 'kernels.json');
  try {
    return parseKernelTable(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelError('model_invalid', `${path} is no list of kernels.`, { value: path, cause });
  }
}

function fieldOf(file: string, generator: Uint8Array): Field {
  let said: string | undefined;
  try {
    said = metadataOf(generator, FIELD_KEY);
  } catch (cause) {
    throw new ModelError('model_invalid', `${file} is no ONNX model.`, { value: file, cause });
  }
  const field = FIELDS.find(({ cells }) => String(cells) === said);
  if (field) return field;
  const valid = FIELDS.map(({ cells }) => cells);
  throw new ModelError(
    'model_invalid',
    `${file} ${said === undefined ? 'does not say how many cells are in a row of its field' : `works on a field with rows of ${said} cells`} ("${FIELD_KEY}"): there are fields of ${valid.join(' and ')}.`,
    { value: said, valid },
  );
}

/** @throws ModelError `model_invalid` for a network of another shape; it is closed then. */
async function checked(
  session: ShapedOnnxSession,
  file: string,
  wanted: Readonly<Record<string, readonly (number | string)[]>>,
): Promise<ShapedOnnxSession> {
  for (const [name, dims] of Object.entries(wanted)) {
    const found = session.shapes[name];
    const fits =
      found?.length === dims.length &&
      dims.every((dim, i) =>
        typeof dim === 'string' ? typeof found[i] === 'string' : dim === found[i],
      );
    if (fits) continue;
    await session.close();
    throw new ModelError(
      'model_invalid',
      `${file} has ${found ? `"${name}" of ${found.join('×')}` : `no "${name}"`} in place of one of ${dims.join('×')}.`,
      { value: found, valid: dims },
    );
  }
  return session;
}
