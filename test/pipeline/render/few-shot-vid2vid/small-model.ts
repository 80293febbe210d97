import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeOnnxModel,
  type OnnxConstant,
  type OnnxNode,
} from '../../../../src/pipeline/landmark/onnx-protobuf.ts';
import { INPUT_CHANNELS } from '../../../../src/pipeline/render/few-shot-vid2vid/conditioning.ts';
import type { FewShotModelLocation } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import {
  type KernelTable,
  kernelCount,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import type { DrawRequest } from './draw-on-device.ts';

/** Cells in a row of what the embedder sees. */
const EXAMPLE_SIDE = 128;
const EXAMPLE_CHANNELS = 12;

/** A model as small as one can be that still uses everything that it is given. */
export interface SmallModel {
  /** Share of the previous output, as a logit. */
  readonly previous?: number;
  /** How much of (previous − warp) the residual adds: above 0 the output feeds back. */
  readonly feedback?: number;
  /** Added to the residual of every place. */
  readonly offset?: number;
  /** Channels that the generator takes; any other number than 32 is wrong. */
  readonly inputs?: number;
  /** Takes any part of the field. */
  readonly open?: boolean;
  /** Cells in a row of its field. */
  readonly cells?: number;
  /** What it says of that, where it is something else; nothing where it is empty. */
  readonly says?: string;
}

/** Six numbers of its own for each identity: how its colours are shifted, a thousandth of its examples' mean. */
const KERNELS = [{ name: 'kernel.colour.bias', dims: [6], offset: 0, length: 6 }];

const constant = (dims: number[], data: Float32Array): OnnxConstant => ({ dims, data });
const conv = (output: string, weight: string, bias: string): OnnxNode => ({
  op: 'Conv',
  inputs: ['input', weight, bias],
  output,
  attributes: { kernel_shape: [1, 1] },
});

function generator({
  previous = -2,
  feedback = 0,
  offset = 0,
  inputs,
  open,
  cells = 128,
  says = String(cells),
}: SmallModel): Uint8Array {
  const count = inputs ?? INPUT_CHANNELS.count;
  const residual = new Float32Array(6 * count);
  for (let k = 0; k < 6; k++) {
    residual[k * count + INPUT_CHANNELS.warp + k] = -feedback;
    residual[k * count + INPUT_CHANNELS.previous + k] = feedback;
  }
  const sides = open ? ['rows', 'columns'] : [cells, cells];
  const value = (name: string, channels: number) => ({ name, dims: [1, channels, ...sides] });
  return encodeOnnxModel({
    nodes: [
      conv('corrected', 'residual.weight', 'kernel.colour.bias'),
      { op: 'Add', inputs: ['corrected', 'offset'], output: 'residual', attributes: {} },
      conv('logit', 'nothing', 'previous.bias'),
      { op: 'Sigmoid', inputs: ['logit'], output: 'previous', attributes: {} },
      conv('flow', 'nothing2', 'flow.bias'),
      { op: 'Sub', inputs: ['one', 'previous'], output: 'example', attributes: {} },
    ],
    constants: new Map([
      ['residual.weight', constant([6, count, 1, 1], residual)],
      ['offset', constant([1], Float32Array.of(offset))],
      ['nothing', constant([1, count, 1, 1], new Float32Array(count))],
      ['nothing2', constant([2, count, 1, 1], new Float32Array(2 * count))],
      ['previous.bias', constant([1], Float32Array.of(previous))],
      ['flow.bias', constant([2], new Float32Array(2))],
      ['one', constant([1], Float32Array.of(1))],
    ]),
    inputs: [value('input', count)],
    outputs: [value('residual', 6), value('previous', 1), value('flow', 2), value('example', 1)],
    metadata: new Map(says === '' ? [] : [['field_cells', says]]),
  });
}

function embedder(count: number): Uint8Array {
  const mixing = new Float32Array(EXAMPLE_CHANNELS * count);
  for (let k = 0; k < 6; k++) mixing[k * count + k] = 0.001;
  return encodeOnnxModel({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['examples'],
        output: 'mean',
        attributes: { axes: [0, 2, 3], keepdims: 0 },
      },
      { op: 'MatMul', inputs: ['mean', 'mixing'], output: 'kernels', attributes: {} },
    ],
    constants: new Map([['mixing', constant([EXAMPLE_CHANNELS, count], mixing)]]),
    inputs: [{ name: 'examples', dims: ['K', EXAMPLE_CHANNELS, EXAMPLE_SIDE, EXAMPLE_SIDE] }],
    outputs: [{ name: 'kernels', dims: [count] }],
  });
}

/** Each kind of convolution that the trained generator has with an identity's kernels. */
const ALL_KINDS = placed({
  'kernel.label.weight': [4, 6, 3, 3],
  'kernel.label.bias': [4],
  'kernel.spade.gamma.weight': [8, 4, 1, 1],
  'kernel.spade.gamma.bias': [8],
  'kernel.spade.beta.weight': [8, 4, 3, 3],
  'kernel.spade.beta.bias': [8],
  'kernel.colour.weight': [9, 2, 1, 1],
  'kernel.colour.bias': [9],
});

function placed(shapes: Readonly<Record<string, number[]>>): KernelTable {
  let offset = 0;
  return Object.entries(shapes).map(([name, dims]) => {
    const length = dims.reduce((a, b) => a * b, 1);
    offset += length;
    return { name, dims, offset: offset - length, length };
  });
}

/** A generator of another side whose every number depends on the identity's kernels, used in all ways. */
export function kernelGenerator(side: number): Pick<DrawRequest, 'generator' | 'table'> {
  const made = (input: string, name: string, output: string, size: number, stride = 1) => ({
    op: 'Conv',
    inputs: [input, `kernel.${name}.weight`, `kernel.${name}.bias`],
    output,
    attributes: {
      kernel_shape: [size, size],
      pads: Array.from({ length: 4 }, () => size >> 1),
      strides: [stride, stride],
    },
  });
  const cut = (input: string, from: number, to: number, output: string): OnnxNode => ({
    op: 'Slice',
    inputs: [input, `at ${from}`, `at ${to}`, 'at 1'],
    output,
    attributes: {},
  });
  const own = (op: string, inputs: string[], output: string): OnnxNode => ({
    op,
    inputs,
    output,
    attributes: {},
  });
  const places = [0, 1, 6, 7, 9, INPUT_CHANNELS.lines, INPUT_CHANNELS.linesBefore];
  const value = (name: string, channels: number) => ({ name, dims: [1, channels, side, side] });
  const generator = encodeOnnxModel({
    nodes: [
      cut('input', INPUT_CHANNELS.lines, INPUT_CHANNELS.linesBefore, 'lines'),
      made('lines', 'label', 'label', 3, 2),
      {
        ...made('input', '', 'seen', 3, 2),
        inputs: ['input', 'seen.weight'],
      },
      made('label', 'spade.gamma', 'gamma', 1),
      made('label', 'spade.beta', 'beta', 3),
      own('Mul', ['seen', 'gamma'], 'scaled'),
      own('Add', ['scaled', 'beta'], 'shifted'),
      { ...own('DepthToSpace', ['shifted'], 'fine'), attributes: { blocksize: 2 } },
      made('fine', 'colour', 'raw', 1),
      cut('raw', 0, 6, 'residual'),
      cut('raw', 6, 7, 'logit'),
      own('Sigmoid', ['logit'], 'previous'),
      cut('raw', 7, 9, 'flow'),
    ],
    constants: new Map<string, OnnxConstant>([
      [
        'seen.weight',
        constant(
          [8, INPUT_CHANNELS.count, 3, 3],
          Float32Array.from({ length: 8 * INPUT_CHANNELS.count * 9 }, (_, i) => Math.sin(i) / 100),
        ),
      ],
      ...places.map((place): [string, OnnxConstant] => [
        `at ${place}`,
        { dims: [1], data: BigInt64Array.of(BigInt(place)) },
      ]),
    ]),
    inputs: [value('input', INPUT_CHANNELS.count)],
    outputs: [value('residual', 6), value('previous', 1), value('flow', 2)],
  });
  return { generator, table: ALL_KINDS };
}

/** Writes the files of a model as {@link SmallModel} says. */
export function writeSmallModel(
  folder: string,
  model: SmallModel = {},
): Promise<FewShotModelLocation> {
  return write(folder, generator(model), KERNELS);
}

async function write(
  folder: string,
  generator: Uint8Array,
  table: KernelTable,
): Promise<FewShotModelLocation> {
  const files: Record<string, Uint8Array> = {
    'generator.onnx': generator,
    'embedder.onnx': embedder(kernelCount(table)),
    'kernels.json': new TextEncoder().encode(JSON.stringify(table)),
  };
  await mkdir(folder, { recursive: true });
  const checksums: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    checksums[name] = createHash('sha256').update(bytes).digest('hex');
  }
  return { folder, checksums };
}
