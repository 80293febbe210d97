import { describe, expect, it } from 'vitest';
import type { DeviceOutput } from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import { fakeDevice, lumas, opened } from './fake-device.ts';
import { between, described, full, SHEET } from './flat-frame.ts';

describe('warps that a device draws', () => {
  it('are drawn from textures that an output holds, before their frames, and leave nothing of them', async () => {
    const { seen, ports, turn, warps } = fakeDevice();
    const { generators, generatorOf, outputs } = await opened({ ...ports, warps }, 100, 50);
    const [a, b] = outputs as [DeviceOutput, DeviceOutput];
    expect([await a.hold(SHEET), await b.hold(SHEET)]).toEqual([true, true]);
    expect(seen.onDevice, 'two textures and what is behind, of two identities').toBe(6);
    const answers = [a.draw(described(full(0), 3)), b.draw(described(full(0), 4))];
    turn();
    expect(await lumas(answers)).toEqual([103, 54]);
    expect([seen.warps, seen.batches]).toEqual([[2], [2]]);
    expect(seen.ran).toMatchObject([{ frames: 2, up: 2 * (100 + 7), down: 20 }]);
    expect(seen.onDevice, 'and the table of kernels, and the last outputs').toBe(8);
    const next = a.draw(described(between(0), 5));
    turn();
    expect(await lumas([next])).toEqual([5 + 10]);
    b.close();
    await generatorOf[1]!.close();
    await new Promise(setImmediate);
    expect(seen.onDevice, 'an identity’s textures go with it').toBe(5);
    a.close();
    await generatorOf[0]!.close();
    await generators.close();
    expect(seen.onDevice).toBe(0);
    const once = ['between', 'full', 'memory', 'planes'];
    expect(seen.closed.toSorted(), 'runs of two, runs of one').toEqual([...once, 'warp', 'warp']);
  });

  it('are drawn in runs apart from frames whose warp was painted', async () => {
    const { seen, ports, turn, warps } = fakeDevice();
    const { outputs } = await opened({ ...ports, warps }, 100, 50, 20);
    const [a, b, c] = outputs as [DeviceOutput, DeviceOutput, DeviceOutput];
    await a.hold(SHEET);
    await c.hold(SHEET);
    const answers = [a.draw(described(full(0), 3)), b.draw(full(9)), c.draw(described(full(0), 4))];
    turn();
    expect(await lumas(answers)).toEqual([103, 59, 24]);
    expect([seen.warps, seen.batches]).toEqual([[2], [2, 1]]);
  });

  it('have no textures where nothing can be kept on the device, nor when it is gone', async () => {
    const { seen, ports, warps } = fakeDevice();
    const { outputs } = await opened(ports, 100);
    expect(await outputs[0]!.hold(SHEET)).toBe(false);
    const later = await opened({ ...ports, warps }, 100);
    seen.broken = new Error('out of memory');
    expect(await later.outputs[0]!.hold(SHEET)).toBe(false);
    expect(seen.lost).toEqual([seen.broken]);
    expect(seen.onDevice).toBe(0);
    expect(await later.outputs[0]!.hold(SHEET)).toBe(false);
  });

  it('that the device is lost over: all who asked are told, and what was there is given back', async () => {
    const { seen, ports, turn, warps } = fakeDevice();
    const { outputs } = await opened({ ...ports, warps }, 100, 50);
    const [a, b] = outputs as [DeviceOutput, DeviceOutput];
    for (const output of outputs) await output.hold(SHEET);
    const first = a.draw(described(full(0), 1));
    turn();
    await first;
    seen.brokenWarps = new Error('device lost');
    const answers = [a.draw(described(full(0), 1)), b.draw(described(full(0), 1))];
    turn();
    expect(await Promise.allSettled(answers)).toMatchObject(
      answers.map(() => ({ status: 'rejected' })),
    );
    expect(seen.lost).toEqual([seen.brokenWarps]);
    expect(seen.onDevice).toBe(0);
  });
});
