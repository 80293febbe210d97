import { KernelModule } from './kernel-module.io.ts';

type Resample = (
  source: number,
  width: number,
  side: number,
  rows: number,
  weights: number,
  count: number,
  target: number,
  line: number,
  from: number,
  to: number,
) => void;

/** What `kernel/texture.as.ts` exports; every argument is a byte offset or a plain number. */
export interface TextureExports {
  toYuv(rgba: number, pixels: number, target: number): void;
  readonly resample: Resample;
  readonly resampleToBytes: Resample;
  halve(source: number, stride: number, side: number, target: number, targetStride: number): void;
  replicateEdges(texels: number, stride: number, side: number): void;
  shiftColours(texels: number, stride: number, side: number, y: number, u: number, v: number): void;
  relight(
    texels: number,
    stride: number,
    side: number,
    perX: number,
    perY: number,
    offset: number,
    tintY: number,
    tintU: number,
    tintV: number,
    most: number,
  ): void;
  halvedLuma(texels: number, stride: number, side: number, target: number): void;
  coverAll(texels: number, stride: number, side: number): void;
  coverDoubled(texels: number, stride: number, side: number, plane: number): void;
  halvePlane(plane: number, side: number, target: number): void;
  raise(plane: number, count: number, least: number): void;
  stretch(plane: number, count: number, from: number, to: number): void;
  sampleMask(
    mask: number,
    cells: number,
    left: number,
    top: number,
    cell: number,
    side: number,
    target: number,
  ): void;
  boxMean(plane: number, side: number, radius: number, columns: number, target: number): void;
  multiply(a: number, b: number, count: number, target: number): void;
  fitLines(
    guide: number,
    values: number,
    squares: number,
    products: number,
    count: number,
    smooth: number,
  ): void;
  applyDoubled(
    guide: number,
    side: number,
    slopes: number,
    offsets: number,
    rows: number,
    target: number,
    from: number,
    to: number,
  ): void;
  takeKnown(
    texels: number,
    stride: number,
    side: number,
    times: number,
    near: number,
    nobody: number,
    level: number,
  ): void;
  pull(level: number, side: number, target: number): void;
  normalise(level: number): void;
  push(level: number, side: number, coarse: number): void;
  putUnknown(
    level: number,
    side: number,
    times: number,
    near: number,
    nobody: number,
    texels: number,
    stride: number,
  ): void;
}

const kernel = new KernelModule('texture', 'texture kernel');
const instances = new WeakMap<WebAssembly.Memory, TextureExports>();

/**
 * The kernel over memory that another owns: one instance in a thread.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function textureKernel(memory: WebAssembly.Memory): TextureExports {
  const exports = instances.get(memory) ?? kernel.over<TextureExports>(memory);
  instances.set(memory, exports);
  return exports;
}

/** Rows or columns that a kernel does in one call: see `kernel/texture.as.ts`. */
const PART = 64;

/** Asks for `total` rows or columns in parts. */
export function inParts(total: number, work: (from: number, to: number) => void): void {
  for (let from = 0; from < total; from += PART) work(from, Math.min(total, from + PART));
}
