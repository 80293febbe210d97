import type { Px } from '../../picture.ts';
import { KernelSpace } from './kernel-space.ts';
import { inParts, textureKernel } from './texture-kernel.io.ts';

/**
 * Carries a coarse map over to the edges of a picture: each value becomes a local linear function of the picture's
 * (He, Sun and Tang, "Guided Image Filtering", 2013). The functions are worked out on the picture at half its side, and applied to it
 * whole (He and Sun, "Fast Guided Filter", 2015). All planes lie in the kernels' memory.
 * @param guide side² numbers, row after row; @param half the same at half the side, a multiple of 4, and @param values the map
 * there. @param out side² numbers.
 * @param radius of the windows, in pixels of the half. @param smooth edges whose variance is less than this count for little.
 * @throws UnderstudyError `render_memory_full`
 */
export function guidedFilter(
  { guide, half, values }: { guide: Float32Array; half: Float32Array; values: Float32Array },
  side: Px,
  { radius, smooth }: { radius: Px; smooth: number },
  memory: WebAssembly.Memory,
  out: Float32Array,
): void {
  const kernel = textureKernel(memory);
  const { length, byteLength, byteOffset: g } = half;
  const v = values.byteOffset;
  new KernelSpace(memory).borrow(
    (room) => ({
      columns: room.take(side * 4),
      // What they become, in turn: see where they are filled.
      planes: [0, 1, 2, 3, 4].map(() => room.take(byteLength)) as Planes,
      rows: room.take(side * 4 + 32),
    }),
    ({ columns, planes: [product, guideMean, valueMean, square, both], rows }) => {
      const mean = (plane: number, target: number) =>
        kernel.boxMean(plane, side >> 1, radius, columns, target);
      mean(g, guideMean);
      mean(v, valueMean);
      kernel.multiply(g, g, length, product);
      mean(product, square);
      kernel.multiply(g, v, length, product);
      mean(product, both);
      kernel.fitLines(guideMean, valueMean, square, both, length, smooth);
      // Of each pixel the function that its neighbours' are nearest to, on average.
      const [slopes, offsets] = [guideMean, valueMean];
      mean(square, slopes);
      mean(both, offsets);
      const target = out.byteOffset;
      inParts(side, (from, to) =>
        kernel.applyDoubled(guide.byteOffset, side, slopes, offsets, rows, target, from, to),
      );
    },
  );
}

type Planes = [number, number, number, number, number];
