import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CameraFrame } from '../picture.ts';
import { type CropFormat, type CropMap, type CropSource, cropMap, storedMap } from './crop.ts';
import { ModelError } from './model-error.ts';

/** What `kernel/crop.as.ts` exports; arguments as it names them. */
interface CropKernel {
  crop(...args: (number | boolean)[]): void;
}

const KERNEL = new URL('../../../build/kernel/crop.wasm', import.meta.url);
const PAGE = 65_536;
/** The kernel's own static data lies below. */
const MEMORY_START = PAGE;
/** The kernel loads neighbours in pairs, from the row below the last one too. */
const GUARD = 16;

/** BT.601 luma weights (ITU-R BT.601-7 §2.5.1). */
const KR = 0.299;
const KB = 0.114;
const KG = 1 - KR - KB;

let loaded: { readonly kernel: CropKernel; readonly memory: WebAssembly.Memory } | undefined;

/** One instance in a process: a crop is a plain call, which no other can interrupt. */
function kernelOnce() {
  if (loaded !== undefined) return loaded;
  try {
    const memory = new WebAssembly.Memory({ initial: 2 });
    const module = new WebAssembly.Module(readFileSync(KERNEL));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    loaded = { kernel: exports as unknown as CropKernel, memory };
    return loaded;
  } catch (cause) {
    throw new ModelError(
      'kernel_missing',
      `The crop kernel cannot be loaded from ${fileURLToPath(KERNEL)}: run "npm run build".`,
      { cause },
    );
  }
}

/** Crops straight from the decoder's planes: turning, scaling and colour conversion in one pass. */
export function cameraFrameSource(frame: CameraFrame): CropSource {
  const sideways = frame.rotation === 90 || frame.rotation === 270;
  return {
    width: sideways ? frame.height : frame.width,
    height: sideways ? frame.width : frame.height,
    crop(region, format, tensor) {
      const map = storedMap(cropMap(region, format.side), frame);
      cropFrame(frame, map, format, tensor);
    },
  };
}

function cropFrame(
  frame: CameraFrame,
  map: CropMap,
  format: CropFormat,
  tensor: Float32Array,
): void {
  const { kernel, memory } = kernelOnce();
  const window = windowOf(frame, map, format.side);
  const { left, top, width, height } = window;
  const chroma = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const y = MEMORY_START;
  const u = y + (height + 1) * width + GUARD;
  const v = u + (chroma.height + 1) * chroma.width + GUARD;
  const to = align(v + (chroma.height + 1) * chroma.width + GUARD);
  const end = to + tensor.byteLength;
  if (memory.buffer.byteLength < end) {
    memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
  }
  const bytes = new Uint8Array(memory.buffer);
  copyPlane(bytes, y, frame.y, frame.strideY, window);
  const chromaWindow = { left: left / 2, top: top / 2, ...chroma };
  copyPlane(bytes, u, frame.u, frame.strideUv, chromaWindow);
  copyPlane(bytes, v, frame.v, frame.strideUv, chromaWindow);

  const { side, black, white, border } = format;
  const range = white - black;
  // Limited range: luma 16…235, chroma 16…240 about 128.
  const lumaGain = range / (frame.fullRange ? 255 : 219);
  const lumaOffset = black - (frame.fullRange ? 0 : 16 * lumaGain);
  const chromaGain = range / (frame.fullRange ? 255 : 224);
  const redV = 2 * (1 - KR) * chromaGain;
  const blueU = 2 * (1 - KB) * chromaGain;
  const greenU = (-KB / KG) * blueU;
  const greenV = (-KR / KG) * redV;
  const planes = [y, u, v, width, chroma.width, width, height];
  const affine = [map.x0 - left, map.xi, map.xj, map.y0 - top, map.yi, map.yj];
  const colour = [lumaGain, lumaOffset, redV, greenU, greenV, blueU, black, white];
  kernel.crop(to, side, ...planes, ...affine, ...colour, border === 'black');
  tensor.set(new Float32Array(memory.buffer, to, tensor.length));
}

interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of the frame that a crop reads. Where it ends inside the frame it is wider than the crop,
 * so that taking its edge for the frame's changes nothing; it begins on whole chroma samples.
 */
function windowOf(frame: CameraFrame, { x0, xi, xj, y0, yi, yj }: CropMap, side: number): Window {
  const span = (start: number, i: number, j: number, length: number) => {
    const low = start + Math.min(0, i * side) + Math.min(0, j * side);
    const high = start + Math.max(0, i * side) + Math.max(0, j * side);
    // At least one pixel, so that a crop beside the frame still has an edge to repeat.
    const first = Math.max(0, Math.min(Math.floor(low) - 2, length - 1)) & ~1;
    const last = Math.max(first + 1, Math.min(Math.ceil(high) + 3, length));
    return { first, length: last - first };
  };
  const across = span(x0, xi, xj, frame.width);
  const down = span(y0, yi, yj, frame.height);
  return { left: across.first, top: down.first, width: across.length, height: down.length };
}

function copyPlane(
  memory: Uint8Array,
  to: number,
  plane: Uint8Array,
  stride: number,
  { left, top, width, height }: Window,
): void {
  if (width === stride) {
    memory.set(plane.subarray(top * stride, (top + height) * stride), to);
    return;
  }
  for (let row = 0; row < height; row++) {
    const from = (top + row) * stride + left;
    memory.set(plane.subarray(from, from + width), to + row * width);
  }
}

const align = (offset: number) => (offset + 15) & ~15;
