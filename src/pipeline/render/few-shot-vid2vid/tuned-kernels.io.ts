import { readFile } from 'node:fs/promises';
import { UnderstudyError } from '../../../errors.ts';

/**
 * One identity's kernels as fine-tuning writes them: 32-bit floats, little endian, in the order of the
 * model's table of kernels.
 *
 * @param count of numbers that the model's kernels are.
 * @throws UnderstudyError `kernels_unreadable`, `kernels_invalid`, naming the file.
 */
export async function readTunedKernels(file: string, count: number): Promise<Float32Array> {
  const bytes = await readFile(file).catch((cause) => {
    throw new UnderstudyError('kernels_unreadable', `${file} cannot be read.`, {
      value: file,
      cause,
    });
  });
  if (bytes.byteLength !== 4 * count) {
    throw new UnderstudyError(
      'kernels_invalid',
      `${file} has ${bytes.byteLength} bytes, the model's kernels are ${4 * count}: was it tuned from a run of another shape?`,
      { value: bytes.byteLength, valid: 4 * count },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kernels = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  const bad = kernels.findIndex((kernel) => !Number.isFinite(kernel));
  if (bad >= 0) {
    throw new UnderstudyError(
      'kernels_invalid',
      `${file} holds ${kernels[bad]} as its ${bad + 1}. number: tune again with a lower --rate.`,
      { value: kernels[bad], valid: 'finite numbers' },
    );
  }
  return kernels;
}
