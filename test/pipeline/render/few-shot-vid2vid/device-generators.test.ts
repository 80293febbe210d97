import { describe, expect, it } from 'vitest';
import type { FloatTensor, OnnxFeed } from '../../../../src/pipeline/landmark/onnx.io.ts';
import {
  DeviceGenerators,
  MAX_BATCH,
} from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';

/** A device whose generator adds an identity's first kernel to each number, and that breaks when told. */
function fakeDevice() {
  const seen = {
    batches: [] as number[],
    uploads: [] as number[],
    onDevice: 0,
    lost: [] as unknown[],
    onCpu: 0,
    closed: [] as string[],
    broken: undefined as Error | undefined,
    now: 0,
    /** What waits for the next turn of the event loop. */
    soon: [] as (() => void)[],
  };
  const data = (feed: OnnxFeed | undefined) => (feed as FloatTensor).data;
  const refuse = () => {
    if (seen.broken) throw seen.broken;
  };
  const ports = {
    openBatched: async () => {
      refuse();
      return {
        inputs: [],
        outputs: [],
        async run(feeds: Readonly<Record<string, OnnxFeed>>) {
          refuse();
          seen.now += 6;
          const rows = [...data(feeds.rows)];
          seen.batches.push(rows.length);
          const bank = data(feeds.bank);
          expect(bank.length, 'the table of kernels was given back').toBeGreaterThan(0);
          const answer = data(feeds.input).map((x, i) => x + bank[rows[i]!]!);
          return { residual: { dims: [rows.length, 1], data: answer } };
        },
        close: async () => void seen.closed.push('batched'),
      };
    },
    openMemory: async () => ({
      async upload({ dims, data: kernels }: FloatTensor) {
        seen.uploads.push(dims[0]!);
        seen.onDevice++;
        const tensor = { dims, data: kernels, dispose: () => void seen.onDevice-- };
        return tensor;
      },
      close: async () => void seen.closed.push('memory'),
    }),
    openOnCpu: async ([own]: Float32Array) => {
      seen.onCpu++;
      return {
        run: async ({ input }: Readonly<Record<string, OnnxFeed>>) => ({
          residual: { dims: [1, 1], data: data(input).map((x) => x + own!) },
        }),
        close: async () => void seen.closed.push(`${own} on the processor`),
      };
    },
    pack: (kernels: Float32Array) => kernels,
    noKernels: () => new Float32Array(1),
    lost: (cause: unknown) => void seen.lost.push(cause),
    clock: () => seen.now,
    soon: (work: () => void) => void seen.soon.push(work),
  };
  const turn = () => {
    for (const work of seen.soon.splice(0)) work();
  };
  return { seen, ports, turn };
}

const frame = (value: number): { input: FloatTensor } => ({
  input: { dims: [1, 1], data: Float32Array.of(value) },
});
type Answer = Promise<Record<string, FloatTensor>>;
const values = async (answers: readonly Answer[]) =>
  (await Promise.all(answers)).map(({ residual }) => residual!.data[0]);

describe('generators on a device', () => {
  it('draw frames that are asked for at the same time in one run, each with its own kernels', async () => {
    const { seen, ports, turn } = fakeDevice();
    const generators = await DeviceGenerators.open(ports);
    const [a, b] = await Promise.all(
      [100, 200].map((own) => generators.openGenerator(Float32Array.of(own))),
    );
    const answers = [b!.run(frame(1)), a!.run(frame(2)), b!.run(frame(3))];
    turn();
    expect(await values(answers)).toEqual([201, 102, 203]);
    expect(seen.batches, 'three, and one to fill up').toEqual([4]);
    expect(a!.took, 'its share of the run').toBe(2);
    expect((await answers[1]!).residual!.dims).toEqual([1, 1]);
  });

  it('never draw more in one run than fit', async () => {
    const { seen, ports, turn } = fakeDevice();
    const generators = await DeviceGenerators.open(ports);
    const one = await generators.openGenerator(Float32Array.of(10));
    const answers = Array.from({ length: MAX_BATCH + 3 }, (_, i) => one.run(frame(i)));
    turn();
    expect(await values(answers)).toEqual(answers.map((_, i) => 10 + i));
    expect(seen.batches).toEqual([MAX_BATCH, 4]);
  });

  it('are warmed up with batches of all lengths that a call can have, and leave nothing of it', async () => {
    const { seen, ports } = fakeDevice();
    const at = { ...ports, soon: (work: () => void) => void setImmediate(work) };
    const generators = await DeviceGenerators.open(at, [1, 1]);
    expect(seen.batches).toEqual([1, 2, 4, 8, 16]);
    const one = await generators.openGenerator(Float32Array.of(10));
    for (let count = 1; count <= MAX_BATCH; count++) {
      const answers = Array.from({ length: count }, (_, i) => one.run(frame(i)));
      expect(await values(answers)).toEqual(answers.map((_, i) => 10 + i));
    }
    expect(seen.uploads).toEqual([1, 1]);
    expect(new Set(seen.batches)).toEqual(new Set([1, 2, 4, 8, 16]));
  });

  it('begin with the processor when the device fails while it is warmed up', async () => {
    const { seen, ports } = fakeDevice();
    const full = new Error('out of memory');
    const at = {
      ...ports,
      soon: (work: () => void) => void setImmediate(work),
      openMemory: async () => ({
        upload: () => Promise.reject(full),
        close: async () => undefined,
      }),
    };
    const generators = await DeviceGenerators.open(at, [1, 1]);
    expect(seen.lost).toEqual([full]);
    const one = await generators.openGenerator(Float32Array.of(10));
    expect(await values([one.run(frame(1))])).toEqual([11]);
  });

  it('send kernels to the device when somebody comes, not with each frame', async () => {
    const { seen, ports, turn } = fakeDevice();
    const generators = await DeviceGenerators.open(ports);
    const draw = async (generator: Awaited<ReturnType<typeof generators.openGenerator>>) => {
      const answer = generator.run(frame(0));
      turn();
      return (await answer).residual!.data[0];
    };
    const a = await generators.openGenerator(Float32Array.of(1));
    expect([await draw(a), await draw(a)]).toEqual([1, 1]);
    expect(seen.uploads).toEqual([1]);
    const b = await generators.openGenerator(Float32Array.of(2));
    expect([await draw(a), await draw(b)]).toEqual([1, 2]);
    await a.close();
    expect(await draw(b)).toBe(2);
    expect(seen.uploads).toEqual([1, 2]);
    const c = await generators.openGenerator(Float32Array.of(3));
    expect([await draw(c), await draw(b)]).toEqual([3, 2]);
    expect(seen.uploads).toEqual([1, 2, 2]);
    expect(seen.onDevice).toBe(1);
    await b.close();
    await c.close();
    await generators.close();
    expect(seen.onDevice).toBe(0);
    expect(seen.closed).toEqual(['memory', 'batched']);
  });

  it('go on with the processor when the device is lost in mid-call, and say so once', async () => {
    const { seen, ports, turn } = fakeDevice();
    const generators = await DeviceGenerators.open(ports);
    const [a, b] = await Promise.all(
      [100, 200].map((own) => generators.openGenerator(Float32Array.of(own))),
    );
    const first = a!.run(frame(1));
    turn();
    await first;
    seen.broken = new Error('device lost');
    const answers = [a!.run(frame(1)), b!.run(frame(2))];
    turn();
    expect(await values(answers)).toEqual([101, 202]);
    expect(seen.lost).toEqual([seen.broken]);
    const later = [b!.run(frame(3)), a!.run(frame(4))];
    turn();
    expect(await values(later)).toEqual([203, 104]);
    expect(seen).toMatchObject({ onCpu: 2, onDevice: 0, batches: [1] });
    expect(seen.lost).toHaveLength(1);
    await a!.close();
    await b!.close();
    await generators.close();
    expect(seen.closed.sort()).toEqual([
      '100 on the processor',
      '200 on the processor',
      'batched',
      'memory',
    ]);
  });

  it('go on with the processor when the device has no memory for kernels', async () => {
    const { seen, ports, turn } = fakeDevice();
    const full = new Error('out of memory');
    const generators = await DeviceGenerators.open({
      ...ports,
      openMemory: async () => ({
        upload: () => Promise.reject(full),
        close: () => Promise.reject(full),
      }),
    });
    const one = await generators.openGenerator(Float32Array.of(10));
    const answer = one.run(frame(1));
    turn();
    expect(await values([answer])).toEqual([11]);
    expect(seen.lost).toEqual([full]);
  });

  it('begin with the processor when the device cannot be opened', async () => {
    const { seen, ports, turn } = fakeDevice();
    seen.broken = new Error('no adapter');
    const generators = await DeviceGenerators.open(ports);
    expect(seen.lost).toEqual([seen.broken]);
    const one = await generators.openGenerator(Float32Array.of(10));
    const answer = one.run(frame(1));
    turn();
    expect(await values([answer])).toEqual([11]);
  });

  it('tell whoever asked where the processor fails too, and try again for the next frame', async () => {
    const { seen, ports, turn } = fakeDevice();
    seen.broken = new Error('no adapter');
    let refusals = 1;
    const generators = await DeviceGenerators.open({
      ...ports,
      openOnCpu: (kernels) =>
        refusals-- > 0 ? Promise.reject(new Error('no memory')) : ports.openOnCpu(kernels),
    });
    const one = await generators.openGenerator(Float32Array.of(10));
    const failing = expect(one.run(frame(1))).rejects.toThrow('no memory');
    turn();
    await failing;
    const answer = one.run(frame(1));
    turn();
    expect(await values([answer])).toEqual([11]);
  });
});
