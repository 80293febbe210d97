import type { OnnxConstant } from './onnx-protobuf.ts';

/** Where each NHWC axis stands in NCHW. */
const NCHW_AXIS = [0, 2, 3, 1] as const;
/** Which NHWC axis stands at each place of NCHW. */
const NHWC_AXIS = [0, 3, 1, 2] as const;

/** The axis of a channels-last tensor, where that tensor is channels-first when of rank 4. */
export function nchwAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? NCHW_AXIS[positive]! : positive;
}

/** Per-axis values of a rank-4 channels-last tensor in channels-first order; others unchanged. */
export function nchwOrder<T>(perAxis: readonly T[]): T[] {
  return perAxis.length === 4 ? NHWC_AXIS.map((axis) => perAxis[axis]!) : [...perAxis];
}

/** A permutation of a channels-last tensor's axes, as it applies to the channels-first one. */
export function nchwPermutation(permutation: readonly number[]): number[] {
  return nchwOrder(permutation).map((axis) => nchwAxis(axis, permutation.length));
}

/** Moves a tensor's axes: axis i of the result is axis `permutation[i]` of the source. */
export function permute(
  data: Float32Array,
  shape: readonly number[],
  permutation: readonly number[],
): OnnxConstant {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const dims = permutation.map((axis) => shape[axis]!);
  const steps = permutation.map((axis) => strides[axis]!);
  const moved = new Float32Array(data.length);
  const index = new Array<number>(dims.length).fill(0);
  let from = 0;
  for (let to = 0; to < moved.length; to++) {
    moved[to] = data[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      index[axis]! += 1;
      if (index[axis]! < dims[axis]!) break;
      from -= steps[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return { dims, data: moved };
}

/** A constant in the layout its ONNX users want: rank 4 becomes channels-first. */
export function toNchw(data: Float32Array, shape: readonly number[]): OnnxConstant {
  return shape.length === 4 ? permute(data, shape, NHWC_AXIS) : { dims: shape, data };
}
