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

const SIDE = 128;
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

function generator({ previous = -2, feedback = 0, offset = 0, inputs }: SmallModel): Uint8Array {
  const count = inputs ?? INPUT_CHANNELS.count;
  const residual = new Float32Array(6 * count);
  for (let k = 0; k < 6; k++) {
    residual[k * count + INPUT_CHANNELS.warp + k] = -feedback;
    residual[k * count + INPUT_CHANNELS.previous + k] = feedback;
  }
  const value = (name: string, channels: number) => ({ name, dims: [1, channels, SIDE, SIDE] });
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
  });
}

function embedder(): Uint8Array {
  const mixing = new Float32Array(EXAMPLE_CHANNELS * 6);
  for (let k = 0; k < 6; k++) mixing[k * 6 + k] = 0.001;
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
    constants: new Map([['mixing', constant([EXAMPLE_CHANNELS, 6], mixing)]]),
    inputs: [{ name: 'examples', dims: ['K', EXAMPLE_CHANNELS, SIDE, SIDE] }],
    outputs: [{ name: 'kernels', dims: [6] }],
  });
}

/** Writes such a model's files. */
export async function writeSmallModel(
  folder: string,
  model: SmallModel = {},
): Promise<FewShotModelLocation> {
  const files: Record<string, Uint8Array> = {
    'generator.onnx': generator(model),
    'embedder.onnx': embedder(),
    'kernels.json': new TextEncoder().encode(JSON.stringify(KERNELS)),
  };
  await mkdir(folder, { recursive: true });
  const checksums: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    checksums[name] = createHash('sha256').update(bytes).digest('hex');
  }
  return { folder, checksums };
}
