import { KernelModule } from '../warp/kernel-module.io.ts';
import { FIELDS, type Field } from './field.ts';

/** A kernel that the build leaves once for each field: see {@link KernelModule}. */
export class FieldKernel {
  readonly #modules: ReadonlyMap<Field, KernelModule>;

  /** @param name of its files, without what says the field. */
  constructor(name: string) {
    this.#modules = new Map(
      FIELDS.map((field) => [field, new KernelModule(`${name}.${field.cells}`)]),
    );
  }

  /**
   * Its exports for a field, over memory that another owns; `Exports` says what they are.
   * @throws UnderstudyError `render_kernel_missing`
   */
  over<Exports>(field: Field, memory: WebAssembly.Memory): Exports {
    return this.#modules.get(field)!.over(memory);
  }
}
