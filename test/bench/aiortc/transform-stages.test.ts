import { describe, expect, it } from 'vitest';
import { transformStages } from '../../../bench/aiortc/transform-stages.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';
import { Reenactment } from '../../../src/pipeline/reenactment.ts';
import type { RenderedFrame } from '../../../src/pipeline/worker-protocol.ts';
import { settings } from '../../pipeline/fake-stages.ts';

const SIZE = 16;

function camera(luma: number): CameraFrame {
  const plane = (side: number, value: number) => new Uint8Array(side * side).fill(value);
  return {
    width: SIZE,
    height: SIZE,
    y: plane(SIZE, luma),
    u: plane(SIZE / 2, 100),
    v: plane(SIZE / 2, 100),
    strideY: SIZE,
    strideUv: SIZE / 2,
    fullRange: false,
    rotation: 0,
  };
}

/** The coded byte is the camera's luma; what is encoded is the luma of the first pixel. */
const codecs: Parameters<typeof transformStages>[0] = {
  createDecoder: async (codec) => ({
    codec,
    backend: 'fake',
    decode: async (data) => camera(data[0] ?? 0),
    close: () => undefined,
  }),
  createEncoder: async ({ codec }) => ({
    codec,
    backend: 'fake',
    encode: async (frame) => ({ data: frame.y.slice(0, 1), keyframe: true }),
    setBitrate: () => undefined,
    close: () => undefined,
  }),
};

async function session(identity: string) {
  let now = 0;
  const stages = transformStages(codecs, { clock: () => now, cpuTime: () => now });
  const rendered: RenderedFrame[] = [];
  const faults: unknown[] = [];
  const session = new Reenactment(
    'a',
    { ...settings, identity, size: SIZE, outputs: ['vp8'] },
    stages,
    {
      rendered: (frame) => rendered.push(frame),
      dropped: () => undefined,
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: (stage, cause) => faults.push([stage, cause]),
    },
  );
  await session.wear(identity);
  const push = async (frame: number, luma: number) => {
    now += 33;
    const data = new Uint8Array([luma]);
    session.push({ frame, codec: 'vp8', data, keyframe: true, receivedAt: now });
    await expect.poll(() => rendered.some((each) => each.frame === frame)).toBe(true);
  };
  const luma = () => rendered.map(({ frame, outputs }) => [frame, outputs[0]?.data[0]]);
  return { push, luma, faults, tick: (at: number) => session.tick(at) };
}

describe('the stages of a transforming worker', () => {
  it('make the product’s session hand on each camera frame, transformed', async () => {
    const straight = await session('pass-through');
    const inverted = await session('invert');
    for (const { push } of [straight, inverted]) {
      await push(1, 40);
      await push(2, 60);
    }
    expect(straight.luma()).toEqual([
      [1, 40],
      [2, 60],
    ]);
    expect(inverted.luma()).toEqual([
      [1, 215],
      [2, 195],
    ]);
    expect([...straight.faults, ...inverted.faults]).toEqual([]);
  });

  it('show the last picture again where the camera’s is late', async () => {
    const { push, luma, tick } = await session('pass-through');
    await push(1, 40);
    await tick(10_000);
    expect(luma()).toEqual([
      [1, 40],
      [null, 40],
    ]);
  });

  it('know no other identity than transforms', async () => {
    await expect(session('marlow')).rejects.toMatchObject({ code: 'unknown_identity' });
  });
});
