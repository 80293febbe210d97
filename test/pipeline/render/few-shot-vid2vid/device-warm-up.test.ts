import { describe, expect, it } from 'vitest';
import { DeviceGenerators } from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import { warmUp } from '../../../../src/pipeline/render/few-shot-vid2vid/device-warm-up.ts';
import type { WarpShape } from '../../../../src/pipeline/render/few-shot-vid2vid/mesh-graph.ts';
import { LAYERS_OVER } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-feeds.ts';
import { fakeDevice, lumas } from './fake-device.ts';
import { full, SIDE } from './flat-frame.ts';

describe('the warm-up of a device', () => {
  it('draws batches of all lengths that a call can have, and leaves nothing of it', async () => {
    const { seen, ports } = fakeDevice();
    const at = { ...ports, soon: (work: () => void) => void setImmediate(work) };
    const generators = await DeviceGenerators.open(at);
    await warmUp(generators, new Float32Array(1), SIDE, () => 0);
    expect(seen.batches).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16, 16]);
    expect(seen.onDevice, 'the table of kernels').toBe(1);
    const one = await generators.openGenerator(Float32Array.of(10));
    const output = await one.openOutput!(SIDE);
    expect(await lumas([output!.draw(full(5))])).toEqual([15]);
  });

  it('leaves what begins with the processor where the device fails meanwhile', async () => {
    const { seen, ports } = fakeDevice();
    const full = new Error('out of memory');
    const generators = await DeviceGenerators.open({
      ...ports,
      soon: (work: () => void) => void setImmediate(work),
      openMemory: async () => ({
        upload: () => Promise.reject(full),
        close: async () => undefined,
      }),
    });
    await warmUp(generators, new Float32Array(1), SIDE, () => 0);
    expect(seen.lost).toEqual([full]);
    const one = await generators.openGenerator(Float32Array.of(10));
    expect(await one.openOutput!(SIDE)).toBeUndefined();
  });

  it('draws with every graph of a warp, too', async () => {
    const { seen, ports, warps } = fakeDevice();
    const shapes: WarpShape[] = [];
    const openWarp = async (shape: WarpShape) => {
      shapes.push(shape);
      return warps.openWarp();
    };
    const generators = await DeviceGenerators.open({
      ...ports,
      warps: { ...warps, openWarp },
      soon: (work) => void setImmediate(work),
    });
    await warmUp(generators, new Float32Array(1), SIDE, () => 0);
    expect(seen.batches).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16, 16]);
    expect(seen.warps).toEqual(seen.batches);
    expect(shapes.map(({ frames, layersOver }) => [frames, layersOver])).toEqual(
      [1, 2, 4, 8, 16].flatMap((frames) => LAYERS_OVER.map((layers) => [frames, layers])),
    );
    await new Promise(setImmediate);
    expect(seen.onDevice, 'the table of kernels').toBe(1);
  });
});
