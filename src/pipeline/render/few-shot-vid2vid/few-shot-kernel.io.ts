import type { Field } from './field.ts';
import { FieldKernel } from './field-kernel.io.ts';

type CopyPlanes = (
  from: number,
  count: number,
  x: number,
  y: number,
  width: number,
  height: number,
  target: number,
) => void;

/** What `kernel/few-shot.as.ts` exports; every argument is a byte offset or a plain number. */
export interface FewShotExports {
  reduce(source: number, side: number, target: number): void;
  reduceLarge(source: number, line: number, side: number, target: number): void;
  toUnit(source: number, count: number, target: number): void;
  pack(picture: number, target: number, x: number, y: number, width: number, height: number): void;
  cutPlanes: CopyPlanes;
  placePlanes: CopyPlanes;
  warpPicture(
    picture: number,
    flow: number,
    target: number,
    row: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void;
  clearField(field: number): void;
  splitField(field: number, scale: number, target: number): void;
  largest(
    planes: number,
    count: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): number;
  distance(a: number, b: number): number;
  placePrevious(
    map: number,
    side: number,
    flow: number,
    residualFlow: number,
    mask: number,
    field: number,
    firstColumn: number,
    firstRow: number,
    endColumn: number,
    endRow: number,
  ): void;
  addResidual(
    picture: number,
    side: number,
    residual: number,
    left: number,
    top: number,
    width: number,
    height: number,
    luma: number,
    rows: number,
  ): void;
}

const kernel = new FieldKernel('few-shot');

/**
 * The kernel for a field, over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function fewShotKernel(field: Field, memory: WebAssembly.Memory): FewShotExports {
  return kernel.over(field, memory);
}
