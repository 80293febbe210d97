import { describe, expect, it } from 'vitest';
import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { gatherFrames } from '../../src/pipeline/frame-gathering.io.ts';
import type { OnnxFeed } from '../../src/pipeline/landmark/onnx-session.ts';
import { DeviceGenerators } from '../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import { FIELD_128 } from '../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { wholeOf } from '../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { SessionTurn } from '../../src/pipeline/session-turn.ts';

/** A worker whose device only counts what it draws in one run. */
async function worker() {
  const batches: number[] = [];
  const turns = new FrameTurns();
  const ports = { turns, clock: () => 0, cpuTime: () => 0 };
  const session = {
    async run({ warp, keep }: Readonly<Record<string, OnnxFeed>>) {
      const [count = 0, length = 0] = warp!.dims;
      batches.push(count);
      const kept = { dims: [keep!.dims[0]!, length], dispose: () => undefined };
      return {
        read: {
          picture: { dims: [count, length], data: new Uint8Array(count * length) },
          checks: { dims: [count, 1], data: new Float32Array(count) },
        },
        kept: { 'kept.next': kept },
        up: 0,
        down: 0,
        stray: 0,
      };
    },
    close: async () => undefined,
  };
  const generators = await DeviceGenerators.open({
    field: FIELD_128,
    openFrames: async () => ({ full: session, between: session }),
    openMemory: async () => ({
      upload: async ({ dims }) => ({ dims, dispose: () => undefined }),
      close: async () => undefined,
    }),
    openOnCpu: () => Promise.reject(new Error('nothing failed')),
    pack: (kernels) => kernels,
    windows: true,
    lost: (cause) => {
      throw cause;
    },
    clock: () => 0,
    soon: gatherFrames(turns),
  });
  const chroma = new Uint8Array(1);
  const asked = {
    kind: 'full' as const,
    warp: {
      kind: 'painted' as const,
      planes: { width: 2, height: 2, y: new Uint8Array(4), u: chroma, v: chroma },
    },
    window: wholeOf(FIELD_128),
    describe: () => undefined,
  };
  /** One frame of a session: work, the network, work; each part with waits of its own. */
  const frame = async (deadline: number) => {
    const turn = new SessionTurn(ports);
    const generator = await generators.openGenerator(Float32Array.of(1));
    const output = (await generator.openOutput!(2))!;
    await turn.take(deadline);
    await new Promise((resolve) => setImmediate(resolve));
    await turn.elsewhere(
      () => output.draw(asked),
      () => output.took,
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
