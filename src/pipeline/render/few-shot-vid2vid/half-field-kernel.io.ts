import { KernelModule } from '../warp/kernel-module.io.ts';

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

const kernel = new KernelModule('half-field');

/**
 * The kernel over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function halfFieldKernel(memory: WebAssembly.Memory): HalfFieldExports {
  return kernel.over(memory);
}
