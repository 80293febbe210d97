import { describe, expect, it } from 'vitest';
import { halfToFloat, readTflite, tensorValues } from '../../../src/pipeline/landmark/tflite.ts';
import { writeTflite } from './tflite-writer.ts';

const model = {
  tensors: [
    { shape: [1, 2, 2, 1] },
    { shape: [2], data: Float32Array.of(1.5, -2) },
    { shape: [3], type: 2, data: Int32Array.of(7, -8, 9) },
    { shape: [2], type: 1, data: Uint16Array.of(0x3c00, 0xc100) },
    { shape: [1, 2, 2, 1] },
  ],
  operators: [{ code: 200, inputs: [0, -1], outputs: [4] }],
  inputs: [0],
  outputs: [4],
};

describe('readTflite', () => {
  it('reads tensors, operators and the graph’s ends', () => {
    const graph = readTflite(writeTflite(model), 'a.tflite');
    expect(graph.inputs).toEqual([0]);
    expect(graph.outputs).toEqual([4]);
    expect(graph.tensors.map((tensor) => tensor.shape)).toEqual(
      model.tensors.map((tensor) => tensor.shape),
    );
    expect(graph.operators).toMatchObject([{ code: 200, inputs: [0, -1], outputs: [4] }]);
    expect(graph.tensors[0]?.name).toBe('tensor0');
  });

  it('gives constants as floats or integers, half floats widened', () => {
    const { tensors } = readTflite(writeTflite(model), 'a.tflite');
    expect(tensorValues(tensors[1]!)).toEqual(Float32Array.of(1.5, -2));
    expect(tensorValues(tensors[2]!)).toEqual(Int32Array.of(7, -8, 9));
    expect(tensorValues(tensors[3]!)).toEqual(Float32Array.of(1, -2.5));
    expect(() => tensorValues(tensors[0]!)).toThrow(/not a constant/);
  });

  it('reads a file that lies anywhere in a larger buffer', () => {
    const bytes = writeTflite(model);
    const larger = new Uint8Array(bytes.length + 13);
    larger.set(bytes, 7);
    const graph = readTflite(larger.subarray(7, 7 + bytes.length), 'a.tflite');
    expect(tensorValues(graph.tensors[1]!)).toEqual(Float32Array.of(1.5, -2));
  });

  it('refuses what is no TFLite file, by name', () => {
    expect(() => readTflite(new TextEncoder().encode('not a model'), 'b.tflite')).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        message: expect.stringContaining('b.tflite'),
      }),
    );
    expect(() => readTflite(new Uint8Array(0), 'b.tflite')).toThrow(
      expect.objectContaining({ code: 'model_invalid' }),
    );
  });

  it('either reads a file cut off anywhere or refuses it, and never fails otherwise', () => {
    const bytes = writeTflite(model);
    let refused = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        const { tensors } = readTflite(bytes.subarray(0, length), 'cut.tflite');
        expect(tensors).toHaveLength(5);
      } catch (error) {
        expect(error).toMatchObject({ code: 'model_invalid', value: 'cut.tflite' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(bytes.length / 2);
  });

  it('refuses an operator that points at a tensor that is not there', () => {
    const bad = { ...model, operators: [{ code: 0, inputs: [0, 9], outputs: [4] }] };
    expect(() => readTflite(writeTflite(bad), 'c.tflite')).toThrow(
      expect.objectContaining({ code: 'model_invalid' }),
    );
  });
});

describe('halfToFloat', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('widens %i to %d', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
  });
});
