import type { Field } from './field.ts';
import { FieldKernel } from './field-kernel.io.ts';

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

const kernel = new FieldKernel('half-field');

/**
 * The kernel for a field, over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function halfFieldKernel(field: Field, memory: WebAssembly.Memory): HalfFieldExports {
  return kernel.over(field, memory);
}
