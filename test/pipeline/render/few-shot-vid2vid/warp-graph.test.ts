import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SOFTWARE_VULKAN } from '../../../software-vulkan.ts';
import {
  drawWarps,
  SHAPES,
  SUBJECTS,
  type Subject,
  type WarpsAnswer,
  type WarpsRequest,
} from './draw-warps.ts';

/** Mean and largest distance of two pictures' luma and chroma, in steps. */
function apart(found: Uint8Array, wanted: Uint8Array) {
  expect(found.length).toBe(wanted.length);
  let [sum, most] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    const distance = Math.abs(found[i]! - wanted[i]!);
    sum += distance;
    most = Math.max(most, distance);
  }
  return { mean: sum / found.length, most };
}

/** Largest distance of two lists of numbers. */
function farthest(found: Float32Array, wanted: Float32Array): number {
  expect(found.length).toBe(wanted.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
}

const PROCESS = fileURLToPath(new URL('./draw-warps.process.ts', import.meta.url));

function drawInProcess(request: WarpsRequest, env: NodeJS.ProcessEnv): Promise<WarpsAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { env, serialization: 'advanced' });
    child.on('message', (answer) => resolve(answer as WarpsAnswer));
    child.on('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
    child.send(request);
  });
}

const subjects = Object.keys(SUBJECTS) as Subject[];
const shapes = Object.keys(SHAPES);
const whatIsMissing = 'missing' in SOFTWARE_VULKAN ? ` (skipped: ${SOFTWARE_VULKAN.missing})` : '';

describe('the graph of a warp', () => {
  it.each([
    [256, 128, subjects],
    // Tiles of six pixels, which are no whole number of words.
    [384, 128, ['five pictures whose walls are known'] satisfies Subject[]],
    [512, 128, ['one picture', 'five pictures whose walls are known'] satisfies Subject[]],
    [512, 256, ['five pictures'] satisfies Subject[]],
    [768, 256, ['one picture'] satisfies Subject[]],
  ])(
    'draws at %i², for a field of %i², what the processor paints, of every kind of identity',
    {
      timeout: 120_000,
    },
    async (side, cells, whose) => {
      const runs = whose.flatMap((subject) => shapes.map((shape) => [[subject, shape] as const]));
      const { drawn, painted, moved, followed } = await drawWarps({
        device: 'cpu',
        side,
        cells,
        runs,
      });
      for (const [i, picture] of drawn.entries()) {
        const { mean, most } = apart(picture, painted[i]!);
        const [subject, shape] = runs[i]![0]!;
        expect(most, `${subject}, ${shape}`).toBeLessThanOrEqual(3);
        expect(mean, `${subject}, ${shape}`).toBeLessThan(0.1);
        // In sides of the picture: a hundredth of a pixel.
        expect(farthest(moved[i]!, followed[i]!), `${subject}, ${shape}`).toBeLessThan(2e-5);
      }
    },
  );

  it('bug: what is laid over the head was shaded as far as the picture below it covers the head', async () => {
    const runs = [
      [['one picture that looks aside', 'is turned the other way, and tilted'] as const],
    ];
    const { drawn, painted } = await drawWarps({ device: 'cpu', side: 256, cells: 128, runs });
    const beyondRounding = drawn[0]!.filter((value, i) => Math.abs(value - painted[0]![i]!) > 1);
    expect(beyondRounding.length).toBeLessThan(50);
  });

  it('has motions in it, of faces that move', async () => {
    const runs = [[['one picture', 'is turned the other way, and tilted'] as const]];
    const { moved } = await drawWarps({ device: 'cpu', side: 256, cells: 128, runs });
    const plane = moved[0]!.length / 4;
    for (const k of [0, 1, 2, 3]) {
      const most = moved[0]!
        .subarray(k * plane, (k + 1) * plane)
        .reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      expect(most).toBeGreaterThan(0.005);
    }
  });

  it('draws in one run what it draws in several, of identities with one picture and with five', {
    timeout: 60_000,
  }, async () => {
    const frames = subjects.map((subject, i) => [subject, shapes[i + 1]!] as const);
    const alone = frames.map((frame) => [frame]);
    const request = { device: 'cpu', side: 256, cells: 128 };
    const together = await drawWarps({ ...request, runs: [frames] });
    const oneByOne = await drawWarps({ ...request, runs: alone });
    for (const [i, picture] of together.drawn.entries()) {
      expect(apart(picture, oneByOne.drawn[i]!).most).toBe(0);
      expect(farthest(together.moved[i]!, oneByOne.moved[i]!)).toBe(0);
    }
  });

  it.skipIf('missing' in SOFTWARE_VULKAN)(
    `draws on WebGPU what it draws on the processor${whatIsMissing}`,
    { timeout: 240_000 },
    async () => {
      const runs = [
        [
          ['one picture', 'is turned'],
          ['five pictures whose walls are known', 'opens its mouth'],
        ],
        [
          ['five pictures', 'shuts its eyes'],
          ['one picture whose wall is known', 'leaves the picture'],
        ],
      ] as const;
      const request = { side: 256, cells: 128, runs };
      const wanted = await drawWarps({ ...request, device: 'cpu' });
      const { env } = SOFTWARE_VULKAN as { env: NodeJS.ProcessEnv };
      const { drawn, moved } = await drawInProcess({ ...request, device: 'webgpu' }, env);
      for (const [i, picture] of drawn.entries()) {
        const { mean, most } = apart(picture, wanted.drawn[i]!);
        expect(most, `the ${i}.`).toBeLessThanOrEqual(2);
        expect(mean, `the ${i}.`).toBeLessThan(0.01);
        expect(farthest(moved[i]!, wanted.moved[i]!)).toBeLessThan(1e-5);
      }
    },
  );
});
