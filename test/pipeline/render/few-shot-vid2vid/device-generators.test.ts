import { describe, expect, it } from 'vitest';
import { DeviceGenerators } from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import { MAX_BATCH } from '../../../../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import type { DeviceOutput } from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import { type Drawn, fakeDevice, lumas, opened } from './fake-device.ts';
import { between, full, SIDE } from './flat-frame.ts';

describe('generators on a device', () => {
  it('draw frames that are asked for at the same time in one run, each with its own kernels', async () => {
    const { seen, ports, turn } = fakeDevice();
    const { outputs } = await opened(ports, 100, 50, 70);
    const [a, b, c] = outputs as [DeviceOutput, DeviceOutput, DeviceOutput];
    const answers = [b.draw(full(1)), a.draw(full(2)), c.draw(full(3))];
    turn();
    expect(await lumas(answers)).toEqual([51, 102, 73]);
    expect(seen.batches, 'three, and one to fill up').toEqual([4]);
    expect(a.took, 'its share of the run').toBe(2);
  });

  it('draw each frame from the last one of its own session', async () => {
    const { ports, turn } = fakeDevice();
    const { outputs } = await opened(ports, 100, 50);
    const [a, b] = outputs as [DeviceOutput, DeviceOutput];
    const draw = async (...asked: Drawn[]) => {
      turn();
      return lumas(asked);
    };
    expect(a.hasPrevious).toBe(false);
    expect(await draw(a.draw(full(0)))).toEqual([100]);
    expect(a.hasPrevious).toBe(true);
    expect(await draw(b.draw(full(0)))).toEqual([50]);
    expect(await draw(b.draw(full(0)), a.draw(full(0)))).toEqual([55, 110]);
    a.forget();
    expect(await draw(a.draw(full(0)), b.draw(full(0)))).toEqual([100, 55]);
  });

  it('draw frames between in a run of their own, from the same outputs', async () => {
    const { seen, ports, turn } = fakeDevice();
    const { outputs } = await opened(ports, 100, 50);
    const [a, b] = outputs as [DeviceOutput, DeviceOutput];
    const first = [a.draw(full(0)), b.draw(full(0))];
    turn();
    await lumas(first);
    const answers = [a.draw(between(1)), b.draw(full(1))];
    turn();
    expect(await lumas(answers)).toEqual([11, 56]);
    expect(seen.batches).toEqual([2, 1, 1]);
  });

  it.each([
    ['an answer beyond its limits', [1.1, 0, 0]],
    ['what is no number', [0, Number.NaN, 0]],
    ['what has no end', [0, Number.POSITIVE_INFINITY, 0]],
    ['another picture altogether', [0, 0, 41]],
  ])('show no picture with %s, and forget it', async (_, checks) => {
    const { seen, ports, turn } = fakeDevice();
    const { outputs } = await opened(ports, 100);
    const [a] = outputs as [DeviceOutput];
    seen.checks = checks;
    const bad = a.draw(full(1));
    turn();
    expect(await bad).toBeUndefined();
    expect(a.hasPrevious).toBe(false);
    seen.checks = [0.99, 0.5, 39];
    const good = a.draw(full(1));
    turn();
    expect(await lumas([good])).toEqual([101]);
  });

  it('never draw more in one run than fit', async () => {
    const { seen, ports, turn } = fakeDevice();
    const { outputs } = await opened(ports, ...Array.from({ length: MAX_BATCH + 3 }, (_, i) => i));
    const answers = outputs.map((output) => output.draw(full(10)));
    turn();
    expect(await lumas(answers)).toEqual(answers.map((_, i) => 10 + i));
    expect(seen.batches).toEqual([MAX_BATCH, 4]);
  });

  it('send kernels to the device when somebody comes, not with each frame', async () => {
    const { seen, ports, turn } = fakeDevice();
    const { generators, generatorOf, outputs } = await opened(ports, 1);
    const draw = async (output: DeviceOutput) => {
      output.forget();
      const answer = output.draw(full(0));
      turn();
      return (await answer)?.[0];
    };
    const [a] = outputs as [DeviceOutput];
    expect([await draw(a), await draw(a)]).toEqual([1, 1]);
    expect(seen.uploads).toEqual([1]);
    const second = await generators.openGenerator(Float32Array.of(2));
    const b = (await second.openOutput!(SIDE))!;
    expect([await draw(a), await draw(b)]).toEqual([1, 2]);
    a.close();
    await generatorOf[0]!.close();
    expect(await draw(b)).toBe(2);
    expect(seen.uploads).toEqual([1, 2]);
    const third = await generators.openGenerator(Float32Array.of(3));
    const c = (await third.openOutput!(SIDE))!;
    expect([await draw(c), await draw(b)]).toEqual([3, 2]);
    expect(seen.uploads).toEqual([1, 2, 2]);
    expect(seen.onDevice, 'one table, one tensor of outputs').toBe(2);
    b.close();
    c.close();
    await second.close();
    await third.close();
    await generators.close();
    expect(seen.onDevice).toBe(0);
    expect(seen.closed).toEqual(['memory', 'full', 'between']);
  });

  it('tell all who asked when the device is lost in mid-call, once whoever is to know, and draw on the processor', async () => {
    const { seen, ports, turn } = fakeDevice();
    const { generators, generatorOf, outputs } = await opened(ports, 100, 50);
    const [a, b] = outputs as [DeviceOutput, DeviceOutput];
    const first = a.draw(full(1));
    turn();
    await first;
    seen.broken = new Error('device lost');
    const answers = [a.draw(full(1)), b.draw(full(2)), b.draw(between(2))];
    turn();
    expect(await Promise.allSettled(answers)).toMatchObject(
      answers.map(() => ({ status: 'rejected' })),
    );
    expect(seen.lost).toEqual([seen.broken]);
    expect(seen).toMatchObject({ onDevice: 0, closed: ['memory', 'full', 'between'] });
    expect(await generatorOf[0]!.openOutput!(SIDE)).toBeUndefined();
    const input = { dims: [1, 1], data: Float32Array.of(4) };
    for (const [i, wanted] of [104, 54].entries()) {
      expect((await generatorOf[i]!.run({ input })).residual!.data[0]).toBe(wanted);
      await generatorOf[i]!.run({ input });
    }
    expect(seen).toMatchObject({ onCpu: 2, batches: [1] });
    expect(seen.lost).toHaveLength(1);
    for (const output of outputs) output.close();
    for (const generator of generatorOf) await generator.close();
    await generators.close();
    expect(seen.closed.slice(3).sort()).toEqual(['100 on the processor', '50 on the processor']);
  });

  it('begin with the processor when the device cannot be opened, or not for pictures of that side', async () => {
    const gone = new Error('no adapter');
    const { seen, ports } = fakeDevice();
    const without = await DeviceGenerators.open({
      ...ports,
      openMemory: () => Promise.reject(gone),
    });
    const one = await without.openGenerator(Float32Array.of(10));
    expect(await one.openOutput!(SIDE)).toBeUndefined();
    seen.broken = gone;
    const small = await DeviceGenerators.open(ports);
    const other = await small.openGenerator(Float32Array.of(10));
    expect(await other.openOutput!(SIDE)).toBeUndefined();
    expect(seen.lost).toEqual([gone, gone]);
  });

  it('tell whoever asked where the processor fails too, and try again for the next frame', async () => {
    const { seen, ports } = fakeDevice();
    seen.broken = new Error('no adapter');
    let refusals = 1;
    const generators = await DeviceGenerators.open({
      ...ports,
      openOnCpu: (kernels) =>
        refusals-- > 0 ? Promise.reject(new Error('no memory')) : ports.openOnCpu(kernels),
    });
    const one = await generators.openGenerator(Float32Array.of(10));
    const input = { dims: [1, 1], data: Float32Array.of(1) };
    await expect(one.run({ input })).rejects.toThrow('no memory');
    expect((await one.run({ input })).residual!.data[0]).toBe(11);
  });
});
