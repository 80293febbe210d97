import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openOnnx } from '../../../../src/pipeline/landmark/onnx.io.ts';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import type { Pose } from '../../../../src/pipeline/pose/pose.ts';
import type { RenderEffort } from '../../../../src/pipeline/render/engine.ts';
import { FEW_SHOT_LOCATION } from '../../../../src/pipeline/render/engines.ts';
import { DeviceGenerators } from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import { embedderInput } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-identity.ts';
import { readFewShotModel } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { FewShotRenderer } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { EMBEDDER_FIELD, FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  MAP_CHANNELS,
  MOTION_CHANNELS,
} from '../../../../src/pipeline/render/few-shot-vid2vid/frame-values.ts';
import type { Generator } from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import {
  bakeKernels,
  type KernelTable,
  kernelCount,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { usualOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpRenderer } from '../../../../src/pipeline/render/warp/warp-renderer.ts';
import { SOFTWARE_VULKAN } from '../../../software-vulkan.ts';
import { seededRandom } from '../../seeded-random.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';
import {
  type DrawAnswer,
  type DrawnFrame,
  type DrawRequest,
  devicePorts,
  drawOn,
} from './draw-on-device.ts';
import { kernelGenerator } from './small-model.ts';

const random = seededRandom(11);
const noise = (length: number, reach = 1) =>
  Float32Array.from({ length }, () => reach * (2 * random() - 1));

/** A network that uses an identity's kernels in all ways, and answers as much as a trained one. */
const networkOf = (cells: number) => ({ ...kernelGenerator(cells), cells });
const { generator, table } = networkOf(128);
const kernelsOf = () => noise(kernelCount(table), 0.08);

/** Mean and largest distance of two lists of bytes. */
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

const planesOf = ({ y, u, v }: AvatarFrame) => [y, u, v].map((plane) => plane.slice());

interface Model {
  readonly cells: number;
  readonly generator: Uint8Array;
  readonly table: KernelTable;
  readonly kernels: Float32Array;
}

/** The same session twice: finished by the processor's own code, and by the graph. */
async function bothWays(size: number, { cells, generator, table, kernels }: Model) {
  const lost: unknown[] = [];
  const ports = devicePorts({ device: 'cpu', generator, table, cells }, (cause) =>
    lost.push(cause),
  );
  const device = await DeviceGenerators.open({ ...ports, windows: false });
  const onDevice = await device.openGenerator(kernels);
  const session = await openOnnx(bakeKernels(generator, table, kernels), 'a test');
  const onProcessor: Generator = {
    field: ports.field,
    run: (feeds) => session.run(feeds),
    close: () => session.close(),
  };
  const options = { size, mark: true };
  const renderers = {
    graph: new FewShotRenderer(identity, onDevice, options, await onDevice.openOutput!(size)),
    processor: new FewShotRenderer(identity, onProcessor, options),
  };
  const close = async () => {
    renderers.graph.close();
    renderers.processor.close();
    await onDevice.close();
    await device.close();
    await onProcessor.close();
    expect(lost).toEqual([]);
  };
  return { ...renderers, close };
}

const identity = enrolWarpIdentity(
  [-18, -12].map((yaw) => paintedExample({ yaw, jaw: 0.01 * yaw })),
  newKernelMemory(),
);
const poses = Array.from({ length: 7 }, (_, i) =>
  poseOf(facePoints({ yaw: 4 * i - 8, jaw: 0.05 * i, x: 0.5 + 0.01 * i, shut: i === 3 ? 1 : 0.4 })),
);

async function trainedModel(): Promise<Model> {
  const { folder } = FEW_SHOT_LOCATION;
  const model = await readFewShotModel(FEW_SHOT_LOCATION);
  const embedder = await model.openEmbedder();
  const dims = [identity.examples.length, 12, EMBEDDER_FIELD.cells, EMBEDDER_FIELD.cells];
  const { kernels } = await embedder.run({ examples: { dims, data: embedderInput(identity) } });
  await embedder.close();
  const generator = await readFile(join(folder, 'generator.onnx'));
  return { cells: model.field.cells, generator, table: model.table, kernels: kernels!.data };
}

/** Draws a frame both ways: each of its planes lies within so many steps, on average. */
async function expectAlike(
  { graph, processor }: Pick<Awaited<ReturnType<typeof bothWays>>, 'graph' | 'processor'>,
  {
    pose,
    effort,
    within,
    which,
  }: { pose: Pose; effort: RenderEffort; within: number; which: number },
): Promise<void> {
  const wanted = planesOf(await processor.render(pose, effort));
  const found = planesOf(await graph.render(pose, effort));
  for (const [k, plane] of found.entries()) {
    expect(apart(plane, wanted[k]!).mean, `${effort}, the ${which}.`).toBeLessThan(within);
  }
}

describe('the graph of a whole frame', () => {
  it.each([256, 384, 512])(
    'draws at %i² what conditioning, network and blend draw on the processor, frame after frame',
    { timeout: 120_000 },
    async (size) => {
      const { graph, processor, close } = await bothWays(size, await trainedModel());
      const plain = new WarpRenderer(identity, { size, mark: true });
      let [disagreed, corrected] = [0, 0];
      for (const pose of poses) {
        const wanted = planesOf(await processor.render(pose));
        const found = planesOf(await graph.render(pose));
        // Roundings in between, and what they make of the sharp edges of a painting.
        for (const [k, plane] of found.entries()) {
          expect(apart(plane, wanted[k]!).mean).toBeLessThan(0.04);
        }
        const { y } = await plain.render(pose);
        disagreed += apart(found[0]!, wanted[0]!).mean;
        corrected += apart(wanted[0]!, y).mean;
      }
      expect(corrected).toBeGreaterThan(0.5);
      expect(disagreed / corrected, 'of what there is to agree about').toBeLessThan(0.06);
      expect([graph.degraded, processor.degraded]).toEqual([0, 0]);
      plain.close();
      await close();
    },
  );

  it.each([256, 512])(
    'draws at %i² what the processor draws where the device draws the warp, too',
    { timeout: 60_000 },
    async (size) => {
      const { close, ...renderers } = await bothWays(size, await trainedModel());
      const { graph, processor } = renderers;
      await graph.furnish();
      for (const [i, pose] of poses.entries()) {
        const effort = i % 3 === 2 ? 'between' : 'full';
        // A shading is rounded once more.
        await expectAlike(renderers, { pose, effort, within: 0.15, which: i });
      }
      expect([graph.degraded, processor.degraded]).toEqual([0, 0]);
      await close();
    },
  );

  it.each(FIELDS)(
    'follows a session on a field of $cells² through its efforts, a reset, and the frames after',
    {
      timeout: 120_000,
    },
    async ({ cells, side }) => {
      const { generator, table } = networkOf(cells);
      // Half of a picture is the one before it: whoever forgets what the other remembers is found out.
      const kernels = noise(kernelCount(table), 0.03);
      const { close, ...renderers } = await bothWays(side, {
        cells,
        generator,
        table,
        kernels,
      });
      const { graph, processor } = renderers;
      const efforts = ['between', 'full', 'between', 'full', 'warp', 'between', 'full'] as const;
      for (const [i, effort] of efforts.entries()) {
        if (i === 6) for (const renderer of [graph, processor]) renderer.reset();
        const pose = poses[i % poses.length]!;
        await expectAlike(renderers, { pose, effort, within: 0.4, which: i });
      }
      expect([graph.degraded, processor.degraded]).toEqual([0, 0]);
      await close();
    },
  );

  it.each([
    ['not numbers', 'colour.bias', Number.NaN],
    ['beyond any picture', 'colour.bias', 50],
    ['infinite', 'label.bias', Number.POSITIVE_INFINITY],
  ])('has the warp served where the answer is %s', async (_, name, value) => {
    const kernels = kernelsOf();
    const { offset, length } = table.find((kernel) => kernel.name === `kernel.${name}`)!;
    kernels.fill(value, offset, offset + length);
    const { graph, close } = await bothWays(256, { cells: 128, generator, table, kernels });
    const plain = new WarpRenderer(identity, { size: 256, mark: true });
    for (const [i, pose] of poses.slice(0, 2).entries()) {
      const wanted = planesOf(await plain.render(pose));
      expect(planesOf(await graph.render(pose))).toEqual(wanted);
      expect(graph.degraded).toBe(i + 1);
    }
    plain.close();
    await close();
  });
});

const PROCESS = fileURLToPath(new URL('./draw-on-device.process.ts', import.meta.url));

function drawInProcess(request: DrawRequest, env: NodeJS.ProcessEnv): Promise<DrawAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { env, serialization: 'advanced' });
    child.on('message', (answer) => resolve(answer as DrawAnswer));
    child.on('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
    child.send(request);
  });
}

const whatIsMissing = 'missing' in SOFTWARE_VULKAN ? ` (skipped: ${SOFTWARE_VULKAN.missing})` : '';

describe.each(FIELDS)('a frame on a device, on a field of $cells²', (field) => {
  const { cells, side } = field;
  const { generator, table } = networkOf(cells);
  const { width, height } = usualOf(field);
  const bytes = (length: number) => Uint8Array.from({ length }, () => 16 + 200 * random());
  /** Noise as far from other noise as a picture is from the next one: not so far that it is not shown. */
  const plane = (length: number) => Uint8Array.from({ length }, () => 110 + 30 * random());
  const warp = (): AvatarFrame => ({
    width: side,
    height: side,
    y: plane(side ** 2),
    u: plane(side ** 2 / 4),
    v: plane(side ** 2 / 4),
  });
  const full = (): DrawnFrame => ({
    warp: warp(),
    maps: bytes(MAP_CHANNELS * width * height),
    motion: noise(MOTION_CHANNELS * width * height, 0.02),
  });
  const between = (): DrawnFrame => ({
    warp: warp(),
    motion: Float32Array.from({ length: 2 * field.plane }, (_, i) => 0.02 * Math.sin(i / 700)),
  });
  const request = {
    generator,
    table,
    cells,
    side,
    kernels: [kernelsOf(), kernelsOf()],
    rounds: [
      [full(), full()],
      [full(), full()],
      [between(), between()],
    ],
  };

  it.skipIf('missing' in SOFTWARE_VULKAN)(
    `is drawn on WebGPU as on the processor, for two identities in one run, from what was kept there${whatIsMissing}`,
    { timeout: 240_000 },
    async () => {
      const wanted = await drawOn({ ...request, device: 'cpu' });
      const { env } = SOFTWARE_VULKAN as { env: NodeJS.ProcessEnv };
      const found = await drawInProcess({ ...request, device: 'webgpu' }, env);
      expect(found.lost).toEqual([]);
      expect(found.runs.map(({ frames }) => frames)).toEqual([2, 2, 2]);
      for (const [r, sessions] of wanted.pictures.entries()) {
        for (const [i, picture] of sessions.entries()) {
          const { mean, most } = apart(found.pictures[r]![i]!, picture!);
          expect(most, `round ${r}, session ${i}`).toBeLessThanOrEqual(1);
          expect(mean).toBeLessThan(0.001);
        }
      }
      // What was kept did not cross, after the first run.
      expect(found.runs.map(({ stray }) => stray)).toEqual([0, 0, 0]);
      const picture = (side ** 2 * 3) / 2;
      const [first, second] = [found.runs[0]!, found.runs[1]!];
      expect(first.up - second.up).toBe(picture);
      expect(second.down).toBe(2 * (picture + 3 * 4));
    },
  );
});
