import { describe, expect, it } from 'vitest';
import {
  nchwAxis,
  nchwOrder,
  nchwPermutation,
  permute,
  toNchw,
} from '../../../src/pipeline/landmark/tensor-layout.ts';

describe('tensor layout', () => {
  it('moves channels first for rank 4 and leaves other ranks alone', () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    expect(toNchw(data, [1, 2, 3, 2])).toEqual({
      dims: [1, 2, 2, 3],
      data: Float32Array.of(0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11),
    });
    expect(toNchw(data, [3, 4])).toEqual({ dims: [3, 4], data });
  });

  it('undoes a permutation with its inverse', () => {
    const data = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);
    const there = permute(data, [2, 3, 4, 5], [2, 0, 3, 1]);
    const back = permute(there.data as Float32Array, there.dims, [1, 3, 0, 2]);
    expect(back).toEqual({ dims: [2, 3, 4, 5], data });
  });

  it('names axes, counted from either end, where they went', () => {
    expect([0, 1, 2, 3, -1].map((axis) => nchwAxis(axis, 4))).toEqual([0, 2, 3, 1, 1]);
    expect([0, 1, -1].map((axis) => nchwAxis(axis, 3))).toEqual([0, 1, 2]);
  });

  it('reorders what is given per axis', () => {
    expect(nchwOrder(['n', 'h', 'w', 'c'])).toEqual(['n', 'c', 'h', 'w']);
    expect(nchwOrder(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  });

  it('says a permutation of channels-last axes in channels-first terms', () => {
    const data = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);
    const shape = [2, 3, 4, 5];
    const permutation = [0, 3, 1, 2];
    const direct = permute(data, shape, permutation);
    const expected = toNchw(direct.data as Float32Array, direct.dims);
    const first = toNchw(data, shape);
    const moved = permute(first.data as Float32Array, first.dims, nchwPermutation(permutation));
    expect(moved).toEqual(expected);
  });
});
