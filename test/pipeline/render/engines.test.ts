import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device, DeviceTrial } from '../../../src/pipeline/render/device/device-choice.ts';
import { engineDevice, offeredEngines, openEngine } from '../../../src/pipeline/render/engines.ts';
import type { RunFigures } from '../../../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import { writeSmallModel } from './few-shot-vid2vid/small-model.ts';
import { facePoints, paintedExample, poseOf } from './painted-face.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'understudy-engines-')), 'few-shot-vid2vid');
});
afterEach(() => rm(dirname(folder), { recursive: true }));

describe('the engines', () => {
  it('include few-shot vid2vid where its model is', async () => {
    const fewShotModel = await writeSmallModel(folder);
    expect(offeredEngines({ fewShotModel })).toEqual(['warp', 'few-shot-vid2vid']);
    const engine = await openEngine('few-shot-vid2vid', { fewShotModel });
    expect(engine.name).toBe('few-shot-vid2vid');
    await engine.close();
  });

  it('are refused by any other name, with those there are', async () => {
    await expect(openEngine('morph')).rejects.toMatchObject({
      code: 'unknown_engine',
      valid: offeredEngines(),
    });
  });

  it('always have the warp', async () => {
    expect((await openEngine('warp')).name).toBe('warp');
  });

  it.each(['generator.onnx', 'embedder.onnx', 'kernels.json', 'all'])(
    'do without few-shot vid2vid where of its model %s is missing, and say so',
    async (missing) => {
      const fewShotModel = await writeSmallModel(folder);
      await rm(missing === 'all' ? folder : join(folder, missing), { recursive: true });
      expect(offeredEngines({ fewShotModel })).toEqual(['warp']);
      await expect(openEngine('few-shot-vid2vid', { fewShotModel })).rejects.toMatchObject({
        code: 'engine_unavailable',
        message: expect.stringContaining(folder),
        valid: ['warp'],
      });
    },
  );
});

describe('the device of an engine', () => {
  const never = async (): Promise<DeviceTrial> => {
    throw new Error('it was tried');
  };

  it('is the processor for one without a network, whatever was asked for', async () => {
    for (const setting of ['auto', 'webgpu'] as const) {
      expect(await engineDevice('warp', setting, never)).toEqual({
        device: 'cpu',
        reason: 'the engine warp draws without a network',
      });
    }
  });

  it('is chosen by trying the model, one device after another', async () => {
    const fewShotModel = await writeSmallModel(folder);
    const tried: string[] = [];
    const choice = await engineDevice(
      'few-shot-vid2vid',
      'auto',
      async (device, model) => {
        expect(model).toBe(fewShotModel);
        tried.push(device);
        return { kind: 'ran', frame: device === 'cuda' ? 1 : 10 };
      },
      { fewShotModel },
    );
    expect(tried).toEqual(['webgpu', 'cuda', 'cpu']);
    expect(choice.device).toBe('cuda');
  });

  it('is refused where it was named and does not do', async () => {
    const fewShotModel = await writeSmallModel(folder);
    const limits: number[] = [];
    const attempt = async (...[, , { limit }]: Parameters<Parameters<typeof engineDevice>[2]>) => {
      limits.push(limit);
      return { kind: 'unavailable', why: 'none' } as const;
    };
    await expect(
      engineDevice('few-shot-vid2vid', 'webgpu', attempt, { fewShotModel }),
    ).rejects.toMatchObject({ code: 'device_unavailable' });
    await engineDevice('few-shot-vid2vid', 'auto', attempt, { fewShotModel });
    expect(limits[0], 'one that was named gets more time').toBeGreaterThan(limits[1]!);
  });

  it('is not tried where there is no model', async () => {
    const fewShotModel = { folder };
    const { device } = await engineDevice('few-shot-vid2vid', 'auto', never, { fewShotModel });
    expect(device).toBe('cpu');
  });

  it('can be rehearsed on the processor: the same pictures, and what would cross to a device', async () => {
    const fewShotModel = await writeSmallModel(folder);
    const runs: RunFigures[] = [];
    const film = async (rehearse: boolean) => {
      const engine = await openEngine('few-shot-vid2vid', {
        fewShotModel,
        deviceUse: { device: 'cpu', rehearse, ran: (figures) => runs.push(figures) },
      });
      const identity = await engine.enrol([paintedExample()]);
      const renderer = await engine.open(identity, { size: 256, mark: true });
      const lumas: Uint8Array[] = [];
      for (const yaw of [0, 6, 12]) {
        lumas.push((await renderer.render(poseOf(facePoints({ yaw })))).y.slice());
      }
      expect(renderer.degraded).toBe(0);
      renderer.close();
      await engine.discard(identity);
      await engine.close();
      return lumas;
    };
    const wanted = await film(false);
    expect(runs).toEqual([]);
    const found = await film(true);
    for (const [i, luma] of found.entries()) {
      const apart = luma.reduce((sum, value, at) => sum + Math.abs(value - wanted[i]![at]!), 0);
      expect(apart / luma.length).toBeLessThan(0.5);
    }
    const picture = (256 ** 2 * 3) / 2;
    expect(runs).toHaveLength(3);
    for (const { frames, up, down } of runs) {
      expect([frames, down]).toEqual([1, picture + 3 * 4]);
      expect(up).toBeGreaterThan(picture);
    }
    // On a device that hands out memory these would stay there: the outputs, before and after.
    expect(runs[2]!.stray).toBeGreaterThanOrEqual(2 * picture);
  });

  it('fails without the engine: it draws on with the processor, and says so', async () => {
    const fewShotModel = await writeSmallModel(folder);
    const lost: string[] = [];
    const engine = await openEngine('few-shot-vid2vid', {
      fewShotModel,
      // One that the runtime has never heard of stands for one that is not there.
      deviceUse: {
        device: 'abacus' as Device,
        lost: ({ code, message }) => lost.push(code, message),
      },
    });
    expect(lost).toEqual(['device_lost', expect.stringMatching(/^abacus failed: \w/)]);
    const examples = [paintedExample()];
    const identity = await engine.enrol(examples);
    const renderer = await engine.open(identity, { size: 256, mark: false });
    await renderer.render(engine.neutral(identity));
    expect(renderer.degraded).toBe(0);
    renderer.close();
    await engine.discard(identity);
    await engine.close();
  });
});
