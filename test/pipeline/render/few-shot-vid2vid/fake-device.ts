import type {
  DeviceSession,
  DeviceTensor,
  FloatTensor,
  OnnxFeed,
} from '../../../../src/pipeline/landmark/onnx-session.ts';
import {
  DeviceGenerators,
  type DeviceGeneratorsPorts,
} from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import type { RunFigures } from '../../../../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import { FIELD_128 } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import type {
  DeviceOutput,
  Generator,
} from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import { SIDE } from './flat-frame.ts';

/**
 * A device whose pictures are those of the warp plus an identity's first kernel plus, where there is one, a
 * tenth of the last output; and that breaks when told.
 */
export function fakeDevice() {
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
        field: FIELD_128,
        run: async ({ input }) => ({
          residual: { dims: [1, 1], data: data(input).map((x) => x + own!) },
        }),
        close: async () => void seen.closed.push(`${own} on the processor`),
      };
    },
    pack: (kernels: Float32Array) => kernels,
    field: FIELD_128,
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

export type Drawn = Promise<Uint8Array | undefined>;
/** First lumas of the pictures that were drawn. */
export const lumas = async (answers: readonly Drawn[]) =>
  (await Promise.all(answers)).map((picture) => picture?.[0]);

/** Generators of identities, each with an output of one session. */
export async function opened(ports: DeviceGeneratorsPorts, ...kernels: number[]) {
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
