import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../../../errors.ts';

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

const KERNEL = new URL('../../../../build/kernel/half-field.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;

/**
 * The kernel over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function halfFieldKernel(memory: WebAssembly.Memory): HalfFieldExports {
  try {
    compiled ??= new WebAssembly.Module(readFileSync(KERNEL));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    return exports as unknown as HalfFieldExports;
  } catch (cause) {
    throw new UnderstudyError(
      'render_kernel_missing',
      `The render kernel cannot be loaded from ${fileURLToPath(KERNEL)}: run "npm run build".`,
      { cause },
    );
  }
}
