import { openDeviceMemory, openOnDevice } from '../../../../src/pipeline/landmark/onnx.io.ts';
import { machineClock } from '../../../../src/pipeline/machine-clock.io.ts';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import { packKernels } from '../../../../src/pipeline/render/few-shot-vid2vid/batched-generator.ts';
import {
  DeviceGenerators,
  type DeviceGeneratorsPorts,
} from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import type { RunFigures } from '../../../../src/pipeline/render/few-shot-vid2vid/device-studio.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  betweenGraph,
  frameGraph,
} from '../../../../src/pipeline/render/few-shot-vid2vid/frame-graph.ts';
import { FRAME_OUTPUTS } from '../../../../src/pipeline/render/few-shot-vid2vid/frame-values.ts';
import type { KernelTable } from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { usualOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { warpSessions } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-sessions.io.ts';

/** What a session's frame brings along: with maps one that the network is to correct, without one between. */
export interface DrawnFrame {
  readonly warp: AvatarFrame;
  readonly maps?: Uint8Array;
  readonly motion: Float32Array;
}

/** A frame for each session, asked for all at once, as often as there are rounds of them. */
export interface DrawRequest {
  /** The runtime's name of a provider. */
  readonly device: string;
  readonly generator: Uint8Array;
  readonly table: KernelTable;
  /** In a row of the field that it works on. */
  readonly cells: number;
  /** Of the pictures. */
  readonly side: number;
  /** By session: each has an identity of its own. */
  readonly kernels: readonly Float32Array[];
  /** By round, then by session. */
  readonly rounds: readonly (readonly DrawnFrame[])[];
}

export interface DrawAnswer {
  /** By round, then by session. */
  readonly pictures: readonly (readonly (Uint8Array | undefined)[])[];
  readonly runs: readonly RunFigures[];
  /** Why the device was left, if it was. */
  readonly lost: readonly string[];
}

/** Where a test draws on a provider, with nothing to fall to. */
export function devicePorts(
  { device, generator, table, cells }: Omit<DrawRequest, 'side' | 'kernels' | 'rounds'>,
  lost: (cause: unknown) => void,
): DeviceGeneratorsPorts {
  const keep = [FRAME_OUTPUTS.kept];
  const field = FIELDS.find((each) => each.cells === cells)!;
  const open = (graph: Uint8Array) => openOnDevice(graph, 'a test', device, keep);
  return {
    field,
    openFrames: async (side) => ({
      full: await open(frameGraph(generator, table, field, side)),
      between: await open(betweenGraph(field, side)),
    }),
    openMemory: () => openDeviceMemory(device),
    warps: warpSessions(device),
    openOnCpu: () => Promise.reject(new Error('nothing to fall to')),
    pack: (own) => packKernels(table, own),
    windows: true,
    lost,
    clock: machineClock,
    soon: (work) => void setImmediate(work),
  };
}

export async function drawOn(request: DrawRequest): Promise<DrawAnswer> {
  const lost: string[] = [];
  const runs: RunFigures[] = [];
  const ports = devicePorts(request, (cause) => lost.push(String(cause)));
  const { field } = ports;
  const onDevice = await DeviceGenerators.open({
    ...ports,
    ran: (figures) => runs.push(figures),
  });
  const generators = await Promise.all(request.kernels.map((own) => onDevice.openGenerator(own)));
  const outputs = await Promise.all(generators.map((each) => each.openOutput!(request.side)));
  const pictures: (Uint8Array | undefined)[][] = [];
  for (const round of request.rounds) {
    const drawn = round.map(async ({ warp, maps, motion }, i) => {
      const picture = await outputs[i]!.draw(
        maps
          ? {
              kind: 'full',
              warp: { kind: 'painted', planes: warp },
              window: usualOf(field),
              describe: (_, toMaps, toMotion) => {
                toMaps.set(maps);
                toMotion?.set(motion);
              },
            }
          : {
              kind: 'between',
              warp: { kind: 'painted', planes: warp },
              flow: motion,
              left: new Uint8Array(field.plane).fill(200),
            },
      );
      return picture?.slice();
    });
    pictures.push(await Promise.all(drawn));
  }
  for (const output of outputs) output?.close();
  for (const each of generators) await each.close();
  await onDevice.close();
  return { pictures, runs, lost };
}
