import { z } from 'zod';
import { encodeInitializers } from '../../landmark/onnx-protobuf.ts';

const whole = z.number().int().nonnegative();

/** Names, shapes and places, in the embedder's flat vector, of the kernels that the generator lacks. */
const kernelTableSchema = z
  .array(
    z.object({
      name: z.string().startsWith('kernel.'),
      dims: z.array(z.number().int().positive()).min(1),
      offset: whole,
      length: whole,
    }),
  )
  .min(1)
  .refine(
    (table) =>
      table.every(({ dims, offset, length }, i) => {
        const before = table[i - 1];
        const starts = before ? before.offset + before.length : 0;
        return offset === starts && length === dims.reduce((a, b) => a * b, 1);
      }),
    'the kernels do not lie one after another, each as long as its dimensions ask',
  );

export type KernelTable = z.infer<typeof kernelTableSchema>;

/** @throws SyntaxError, ZodError */
export function parseKernelTable(text: string): KernelTable {
  return kernelTableSchema.parse(JSON.parse(text));
}

/** Numbers of one identity's kernels. */
export function kernelCount(table: KernelTable): number {
  const last = table[table.length - 1]!;
  return last.offset + last.length;
}

/**
 * The generator of one identity: its kernels become constants of the graph. Messages of protobuf
 * merge where they are appended to each other, so the file itself is not taken apart.
 * @param kernels {@link kernelCount} numbers.
 */
export function bakeKernels(
  generator: Uint8Array,
  table: KernelTable,
  kernels: Float32Array,
): Uint8Array {
  const constants = encodeInitializers(
    new Map(
      table.map(({ name, dims, offset, length }) => [
        name,
        { dims, data: kernels.subarray(offset, offset + length) },
      ]),
    ),
  );
  const baked = new Uint8Array(generator.length + constants.length);
  baked.set(generator);
  baked.set(constants, generator.length);
  return baked;
}
