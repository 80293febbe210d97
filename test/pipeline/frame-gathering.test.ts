import { describe, expect, it } from 'vitest';
import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { gatherFrames } from '../../src/pipeline/frame-gathering.io.ts';
import { DeviceGenerators } from '../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import { SessionTurn } from '../../src/pipeline/session-turn.ts';

/** A worker whose device only counts what it draws in one run. */
async function worker() {
  const batches: number[] = [];
  const turns = new FrameTurns();
  const ports = { turns, clock: () => 0, cpuTime: () => 0 };
  const generators = await DeviceGenerators.open({
    openBatched: async () => ({
      inputs: [],
      outputs: [],
      async run({ rows }) {
        const count = rows!.dims[0]!;
        batches.push(count);
        return { residual: { dims: [count], data: new Float32Array(count) } };
      },
      close: async () => undefined,
    }),
    openMemory: async () => ({
      upload: async ({ dims }) => ({ dims, dispose: () => undefined }),
      close: async () => undefined,
    }),
    openOnCpu: () => Promise.reject(new Error('nothing failed')),
    pack: (kernels) => kernels,
    noKernels: () => new Float32Array(1),
    lost: (cause) => {
      throw cause;
    },
    clock: () => 0,
    soon: gatherFrames(turns),
  });
  const input = { dims: [1, 1], data: new Float32Array(1) };
  /** One frame of a session: work, the network, work; each part with waits of its own. */
  const frame = async (deadline: number) => {
    const turn = new SessionTurn(ports);
    const generator = await generators.openGenerator(Float32Array.of(1));
    await turn.take(deadline);
    await new Promise((resolve) => setImmediate(resolve));
    await turn.elsewhere(
      () => generator.run({ input }),
      () => generator.took ?? 0,
    );
    await new Promise((resolve) => setImmediate(resolve));
    turn.end();
  };
  return { batches, turns, frame };
}

describe('frames for a device', () => {
  it('of all sessions that are under way are one run, though these work one at a time', async () => {
    const { batches, frame } = await worker();
    await Promise.all([1, 2, 3, 4].map(frame));
    expect(batches.length).toBeLessThan(4);
  });

  it('do not wait for a session that works on and on', async () => {
    const { batches, turns, frame } = await worker();
    const drawn = frame(1);
    await new Promise((resolve) => setImmediate(resolve));
    const greedy = await turns.take(2);
    while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toEqual([1]);
    greedy.end();
    await drawn;
  });
});
