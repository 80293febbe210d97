import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../../../errors.ts';

const KERNELS = new URL('../../../../build/kernel/', import.meta.url);

/** A kernel as the build leaves it: compiled when it is first needed, once a thread. */
export class KernelModule {
  readonly #file: URL;
  readonly #what: string;
  #compiled: WebAssembly.Module | undefined;

  /** @param name of its file; @param what it is called in an error. */
  constructor(name: string, what = 'render kernel') {
    this.#file = new URL(`${name}.wasm`, KERNELS);
    this.#what = what;
  }

  /**
   * Its exports over memory that another owns; `Exports` says what they are.
   * @throws UnderstudyError `render_kernel_missing`
   */
  over<Exports>(memory: WebAssembly.Memory): Exports {
    try {
      this.#compiled ??= new WebAssembly.Module(readFileSync(this.#file));
      const { exports } = new WebAssembly.Instance(this.#compiled, { env: { memory } });
      return exports as unknown as Exports;
    } catch (cause) {
      throw new UnderstudyError(
        'render_kernel_missing',
        `The ${this.#what} cannot be loaded from ${fileURLToPath(this.#file)}: run "npm run build".`,
        { cause },
      );
    }
  }
}
