import { describe, expect, it } from 'vitest';
import type {
  DeviceSession,
  DeviceTensor,
  FloatTensor,
  OnnxFeed,
} from '../../../../src/pipeline/landmark/onnx.io.ts';
import {
  DeviceGenerators,
  type DeviceGeneratorsPorts,
} from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import {
  MAX_BATCH,
  type RunFigures,
} from '../../../../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import { warmUp } from '../../../../src/pipeline/render/few-shot-vid2vid/device-warm-up.ts';
import type {
  FrameToFinish,
  FrameWarp,
} from '../../../../src/pipeline/render/few-shot-vid2vid/frame-feeds.ts';
import type {
  DeviceOutput,
  Generator,
} from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import type { WarpShape } from '../../../../src/pipeline/render/few-shot-vid2vid/mesh-graph.ts';
import { WHOLE_FIELD } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { LAYERS_OVER } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-feeds.ts';
import { MESH_VERTICES } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import { TILES } from '../../../../src/pipeline/render/warp/mesh-picture.ts';
import type { TextureSheet } from '../../../../src/pipeline/render/warp/texture-sheet.ts';

const SIDE = 2;

/**
 * A device whose pictures are those of the warp plus an identity's first kernel plus, where there is one, a
 * tenth of the last output; and that breaks when told.
 */
function fakeDevice() {
  const seen = {
    batches: [] as number[],
    uploads: [] as number[],
    onDevice: 0,
    lost: [] as unknown[],
    onCpu: 0,
    closed: [] as string[],
    broken: undefined as Error | undefined,
    /** What the next runs say of their pictures. */
    checks: [0, 0, 0],
    now: 0,
    /** Lengths of runs that drew warps, and what of them is broken. */
    warps: [] as number[],
    brokenWarps: undefined as Error | undefined,
    ran: [] as RunFigures[],
    /** What waits for the next turn of the event loop. */
    soon: [] as (() => void)[],
  };
  const data = (feed: OnnxFeed | undefined) => (feed as FloatTensor).data;
  const refuse = () => {
    if (seen.broken) throw seen.broken;
  };
  const onDevice = <Data>(dims: readonly number[], kept: Data): DeviceTensor => {
    seen.onDevice++;
    const tensor = { dims, data: kept, dispose: () => void seen.onDevice-- };
    return tensor;
  };
  const session = (kind: string, full: boolean): DeviceSession => ({
    async run(feeds) {
      refuse();
      seen.now += 6;
      const warp = data(feeds.warp);
      const [length = 0, each = 0] = feeds.warp!.dims;
      seen.batches.push(length);
      const [kept, from, keep] = [data(feeds.kept), data(feeds.from), data(feeds.keep)];
      const own = (i: number) => (full ? data(feeds.bank)[data(feeds.rows)[i]!]! : 0);
      const past = (i: number, at: number) =>
        full && data(feeds.fresh)[i] === 1 ? 0 : kept[from[i]! * each + at]! / 10;
      const pictures = Uint8Array.from(warp, (value, at) => {
        const i = Math.floor(at / each);
        return value + own(i) + past(i, at % each);
      });
      const all = [...kept, ...pictures];
      const next = [...keep].flatMap((slot) => all.slice(slot * each, (slot + 1) * each));
      const checks = full ? seen.checks : seen.checks.slice(-1);
      return {
        read: {
          picture: { dims: [length, each], data: pictures },
          checks: {
            dims: [length, checks.length],
            data: Float32Array.from(
              { length: length * checks.length },
              (_, i) => checks[i % checks.length]!,
            ),
          },
        },
        kept: { 'kept.next': onDevice([keep.length, each], Uint8Array.from(next)) },
        up: 100 * length,
        down: 10 * length,
        stray: 0,
      };
    },
    close: async () => void seen.closed.push(kind),
  });
  /** Draws warps of one value each: the code of a mesh's first node. */
  const warpSession: DeviceSession = {
    async run({ codes }) {
      if (seen.brokenWarps) throw seen.brokenWarps;
      const [length = 0, nodes = 0] = codes!.dims;
      seen.warps.push(length);
      const picture = 6;
      const planes = Uint8Array.from(
        { length: length * picture },
        (_, i) => data(codes)[Math.floor(i / picture) * nodes]!,
      );
      const motion = onDevice([length], new Float32Array(length));
      const kept = { warp: onDevice([length, picture], planes), motion };
      return { read: {}, kept, up: 7 * length, down: 0, stray: 0 };
    },
    close: async () => void seen.closed.push('warp'),
  };
  const planesSession: DeviceSession = {
    async run({ texels }) {
      refuse();
      const kept = { planes: onDevice(texels!.dims, data(texels)) };
      return { read: {}, kept, up: 0, down: 0, stray: 0 };
    },
    close: async () => void seen.closed.push('planes'),
  };
  const ports: DeviceGeneratorsPorts = {
    ran: (figures) => void seen.ran.push(figures),
    openFrames: async () => {
      refuse();
      return { full: session('full', true), between: session('between', false) };
    },
    openMemory: async () => ({
      async upload({ dims, data: kernels }: FloatTensor) {
        seen.uploads.push(dims[0]!);
        return onDevice(dims, kernels);
      },
      close: async () => void seen.closed.push('memory'),
    }),
    openOnCpu: async ([own]: Float32Array) => {
      seen.onCpu++;
      return {
        run: async ({ input }) => ({
          residual: { dims: [1, 1], data: data(input).map((x) => x + own!) },
        }),
        close: async () => void seen.closed.push(`${own} on the processor`),
      };
    },
    pack: (kernels: Float32Array) => kernels,
    windows: true,
    lost: (cause: unknown) => void seen.lost.push(cause),
    clock: () => seen.now,
    soon: (work: () => void) => void seen.soon.push(work),
  };
  const turn = () => {
    for (const work of seen.soon.splice(0)) work();
  };
  const warps = {
    openPlanes: async () => planesSession,
    openWarp: async () => warpSession,
  };
  return { seen, ports, turn, warps };
}

const warp = (value: number): FrameWarp => ({
  kind: 'painted',
  planes: {
    width: SIDE,
    height: SIDE,
    y: new Uint8Array(SIDE * SIDE).fill(value),
    u: Uint8Array.of(value),
    v: Uint8Array.of(value),
  },
});
const full = (value: number) => ({
  kind: 'full' as const,
  warp: warp(value),
  window: WHOLE_FIELD,
  describe: () => undefined,
});
const between = (value: number) => ({
  kind: 'between' as const,
  warp: warp(value),
  flow: new Float32Array(2 * 128 * 128),
  left: new Uint8Array(128 * 128),
});

const NO_TILES = {
  table: new Uint8Array(TILES ** 2),
  rows: new Float32Array(TILES),
  tiles: new Uint8Array(0),
};
/** A frame whose warp is drawn on the device. */
const described = <Frame extends FrameToFinish>(frame: Frame, value: number): Frame => ({
  ...frame,
  warp: {
    kind: 'described',
    mesh: {
      side: SIDE,
      places: new Float32Array(2 * MESH_VERTICES),
      layers: [{ example: 0, triangles: 0, values: new Float32Array(4 * MESH_VERTICES) }],
      codes: new Uint8Array(4).fill(value),
      starts: new Float32Array(1),
      palette: new Float32Array(1),
      edges: NO_TILES,
      painted: NO_TILES,
    },
    motion: {
      before: new Float32Array(2 * MESH_VERTICES),
      cells: new Uint8Array(2 * 128 * 128),
    },
  },
});
const SHEET: TextureSheet = {
  side: SIDE,
  texels: 4,
  count: 2,
  texture: () => new Uint8Array(64),
  backdrop: () => new Uint8Array(16),
};

type Drawn = Promise<Uint8Array | undefined>;
const lumas = async (answers: readonly Drawn[]) =>
  (await Promise.all(answers)).map((picture) => picture?.[0]);

/** Generators of identities, each with an output of one session. */
async function opened(ports: DeviceGeneratorsPorts, ...kernels: number[]) {
  const generators = await DeviceGenerators.open(ports);
  const each: { generator: Generator; output: DeviceOutput }[] = [];
  for (const own of kernels) {
    const generator = await generators.openGenerator(Float32Array.of(own));
    each.push({ generator, output: (await generator.openOutput!(SIDE))! });
  }
  return {
    generators,
    generatorOf: each.map((one) => one.generator),
    outputs: each.map((one) => one.output),
  };
}

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

  it('are warmed up with batches of all lengths that a call can have, and leave nothing of it', async () => {
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

  it('begin with the processor when the device fails while it is warmed up', async () => {
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

  it('draw warps from textures that an output holds, before their frames, and leave nothing of them', async () => {
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

  it('draw frames whose warp was painted, and others, in runs of their own', async () => {
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

  it('hold nothing on a device where nothing can be kept, nor when it is gone', async () => {
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

  it('tell all who asked when the device is lost while it draws their warps, and give back what was there', async () => {
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

  it('are warmed up with every graph of a warp, too', async () => {
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
