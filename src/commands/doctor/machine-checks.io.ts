import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { findChromium } from './chromium.io.ts';
import type { Check } from './finding.ts';

/** The first major version that runs TypeScript as it is and has everything used here. */
const MIN_NODE = 24;
/** One session at 512² and 30 frames a second keeps most of two cores busy. */
const MIN_CORES = 2;
/** A worker with its networks, one session and the server stay below this. */
const MIN_MEMORY = 1_000_000_000;
/** `(func (result v128) i32.const 0, i8x16.splat, i8x16.popcnt)`: valid only where WebAssembly has SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00, 0x0a, 0x0a, 0x01, 0x08, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x62],
  ...[0x0b],
);
/** Vector units that the inference runtime has kernels for, best first, as Linux names them. */
const VECTOR_FLAGS = ['avx512f', 'avx2', 'asimd'] as const;

/** What the machine itself is. */
export const MACHINE_CHECKS: readonly Check[] = [
  {
    name: 'Node.js',
    async run() {
      const { node } = process.versions;
      const found = `${node}, ${process.platform}-${process.arch}`;
      if (Number.parseInt(node, 10) >= MIN_NODE) return { status: 'ok', found };
      return {
        status: 'fail',
        found,
        advice: `Version ${MIN_NODE} or newer is needed: npm ci --include=optional brings one, or install it.`,
      };
    },
  },
  {
    name: 'Processor',
    async run() {
      const cores = availableParallelism();
      const model = cpus()[0]?.model.trim() ?? 'unknown model';
      const vectors = await vectorUnits();
      const found = `${cores} × ${model}${vectors.length > 0 ? `, ${vectors.join(', ')}` : ''}`;
      if (!WebAssembly.validate(SIMD_MODULE)) {
        return { status: 'fail', found, advice: 'WebAssembly has no SIMD on this processor.' };
      }
      if (cores >= MIN_CORES) return { status: 'ok', found };
      return {
        status: 'warn',
        found,
        advice: 'One core is enough for 256² or 15 frames a second.',
      };
    },
  },
  {
    name: 'Memory',
    async run() {
      const inGb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
      const found = `${inGb(totalmem())}, ${inGb(freemem())} free`;
      if (totalmem() >= MIN_MEMORY) return { status: 'ok', found };
      return { status: 'warn', found, advice: `${inGb(MIN_MEMORY)} is what one session needs.` };
    },
  },
  {
    name: 'Chromium',
    async run() {
      const path = findChromium();
      if (path !== undefined) return { status: 'ok', found: path };
      return {
        status: 'warn',
        found: 'not found',
        advice: 'Only npm test needs it: install Chromium, or set CHROMIUM_PATH.',
      };
    },
  },
];

async function vectorUnits(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const flags = new Set((await readFile('/proc/cpuinfo', 'utf8')).split(/\s+/));
  return VECTOR_FLAGS.filter((flag) => flags.has(flag));
}
