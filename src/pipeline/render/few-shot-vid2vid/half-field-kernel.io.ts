import { KernelModule } from '../warp/kernel-module.io.ts';
import { FIELDS, type Field } from './field.ts';

/** What `kernel/half-field.as.ts` exports; every argument is a byte offset or a plain number. */
export interface HalfFieldExports {
  halveLuma(
    planes: number,
    x: number,
    y: number,
    width: number,
    height: number,
    target: number,
  ): void;
  halvePlane(
    plane: number,
    x: number,
    y: number,
    width: number,
    height: number,
    scale: number,
    most: number,
    target: number,
  ): void;
  doubleLuma(
    parts: number,
    x: number,
    y: number,
    width: number,
    height: number,
    target: number,
    row: number,
  ): void;
  doublePlane(
    part: number,
    x: number,
    y: number,
    width: number,
    height: number,
    scale: number,
    target: number,
    row: number,
  ): void;
}

const kernels = FIELDS.map((field) => ({
  field,
  module: new KernelModule(`half-field.${field.cells}`),
}));

/**
 * The kernel for a field, over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function halfFieldKernel(field: Field, memory: WebAssembly.Memory): HalfFieldExports {
  return kernels.find((kernel) => kernel.field === field)!.module.over(memory);
}
