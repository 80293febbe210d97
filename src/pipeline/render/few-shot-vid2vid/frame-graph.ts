import { encodeOnnxModel, graphField, type OnnxValue } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import { batchGenerator } from './batched-generator.ts';
import { blendFrame, moveFrame } from './blend-graph.ts';
import { conditionFrame } from './conditioning-graph.ts';
import type { Field } from './field.ts';
import {
  FRAME_CHECKS,
  FRAME_INPUTS,
  FRAME_OUTPUTS,
  MAP_CHANNELS,
  MOTION_CHANNELS,
} from './frame-values.ts';
import type { KernelTable } from './kernel-table.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import { PictureGraph, pictureLength } from './picture-graph.ts';

/** Length of the batch, which each run decides. */
const BATCH = 'N';

/**
 * A whole frame after the warp: conditioning, network, blend. So the previous output need not leave the
 * device. Computes what `Conditioning` and `OutputBlend` do on the processor, but for their roundings
 * in between.
 * @param generator its kernels open, as the trained model's file has it.
 * @param field what it works on. @param side of the pictures.
 * @throws SyntaxError where the bytes are no ONNX model, or a kernel is used in another way.
 */
export function frameGraph(
  generator: Uint8Array,
  table: KernelTable,
  field: Field,
  side: Px,
): Uint8Array {
  const before = new PictureGraph('before');
  const frame = conditionFrame(before, field, side);
  const after = new PictureGraph('after');
  blendFrame(after, frame, field, side);
  const { fresh, corner, scale, cells, fineCells, maps, motion } = FRAME_INPUTS;
  const part = ['rows', 'columns'];
  return batchGenerator(generator, table, {
    before,
    after,
    inputs: [
      ...pictureInputs(side),
      { name: fresh, dims: [BATCH, 1] },
      { name: corner, dims: [BATCH, 1, 1, 2] },
      { name: scale, dims: [1, 1, 1, 2] },
      { name: cells, dims: [2], type: 'int64' },
      { name: fineCells, dims: [2], type: 'int64' },
      { name: maps, dims: [BATCH, MAP_CHANNELS, ...part], type: 'uint8' },
      { name: motion, dims: [BATCH, MOTION_CHANNELS, ...part] },
    ],
    outputs: [
      ...pictureOutputs(side, FRAME_CHECKS.length),
      { name: FRAME_OUTPUTS.residual, dims: [BATCH, PICTURE_CHANNELS, ...part] },
    ],
  });
}

/**
 * A frame without the network: the last output moved along with the mesh. `motion` begins with the mesh's flow
 * for the whole field (N, 2 or more, cells, cells), `maps` what the examples leave (N, 1, cells, cells). Its only check is
 * the distance.
 */
export function betweenGraph(field: Field, side: Px): Uint8Array {
  const graph = new PictureGraph('between');
  moveFrame(graph, field, side);
  const { cells } = field;
  const inputs: OnnxValue[] = [
    ...pictureInputs(side),
    { name: FRAME_INPUTS.motion, dims: [BATCH, 'channels', cells, cells] },
    { name: FRAME_INPUTS.maps, dims: [BATCH, 1, cells, cells], type: 'uint8' },
  ];
  return Buffer.concat([
    encodeOnnxModel({ nodes: [], constants: new Map(), inputs, outputs: pictureOutputs(side, 1) }),
    graphField([...graph.nodes, ...graph.constants()]),
  ]);
}

function pictureInputs(side: Px): OnnxValue[] {
  const { warp, kept, from, keep } = FRAME_INPUTS;
  return [
    { name: warp, dims: [BATCH, pictureLength(side)], type: 'uint8' },
    { name: kept, dims: ['slots', pictureLength(side)], type: 'uint8' },
    { name: from, dims: [BATCH], type: 'int32' },
    { name: keep, dims: ['slots from now on'], type: 'int32' },
  ];
}

function pictureOutputs(side: Px, checks: number): OnnxValue[] {
  const { picture, kept, checks: judged } = FRAME_OUTPUTS;
  return [
    { name: picture, dims: [BATCH, pictureLength(side)], type: 'uint8' },
    { name: kept, dims: ['slots from now on', pictureLength(side)], type: 'uint8' },
    { name: judged, dims: [BATCH, checks] },
  ];
}
