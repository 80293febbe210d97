import { describe, expect, it } from 'vitest';
import { openOnnx } from '../../../../src/pipeline/landmark/onnx.io.ts';
import { encodeOnnxModel } from '../../../../src/pipeline/landmark/onnx-protobuf.ts';
import {
  bakeKernels,
  kernelCount,
  parseKernelTable,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';

const entry = (name: string, offset: number, dims: number[]) => ({
  name: `kernel.${name}`,
  dims,
  offset,
  length: dims.reduce((a, b) => a * b, 1),
});

describe('a table of kernels', () => {
  it('says how many numbers an identity has', () => {
    const table = [entry('a', 0, [2, 3]), entry('b', 6, [4])];
    expect(kernelCount(parseKernelTable(JSON.stringify(table)))).toBe(10);
  });

  it.each([
    ['a gap', [entry('a', 0, [2]), entry('b', 3, [2])]],
    ['an overlap', [entry('a', 0, [2]), entry('b', 1, [2])]],
    ['a wrong length', [{ ...entry('a', 0, [2]), length: 3 }]],
    ['a name of something else', [{ ...entry('a', 0, [2]), name: 'weight' }]],
    ['nothing in it', []],
    ['no shape', [{ ...entry('a', 0, []), length: 1 }]],
  ])('with %s is refused', (_, table) => {
    expect(() => parseKernelTable(JSON.stringify(table))).toThrow();
  });
});

describe('baking', () => {
  it("makes each identity's kernels constants of its own graph", async () => {
    const generator = encodeOnnxModel({
      nodes: [
        { op: 'Mul', inputs: ['x', 'kernel.a'], output: 'scaled', attributes: {} },
        { op: 'Add', inputs: ['scaled', 'kernel.b'], output: 'y', attributes: {} },
      ],
      constants: new Map(),
      inputs: [{ name: 'x', dims: [2] }],
      outputs: [{ name: 'y', dims: [2] }],
    });
    const table = [entry('a', 0, [2]), entry('b', 2, [2])];
    for (const kernels of [Float32Array.of(2, 3, 10, 20), Float32Array.of(1, 0, -1, 5)]) {
      const session = await openOnnx(bakeKernels(generator, table, kernels), 'a test');
      expect(session.inputs).toEqual(['x']);
      const { y } = await session.run({ x: { dims: [2], data: Float32Array.of(7, 9) } });
      expect([...y!.data]).toEqual([7 * kernels[0]! + kernels[2]!, 9 * kernels[1]! + kernels[3]!]);
      await session.close();
    }
  });
});
