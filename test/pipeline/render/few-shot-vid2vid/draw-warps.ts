import { openOnDevice } from '../../../../src/pipeline/landmark/onnx.io.ts';
import { DeviceTextures } from '../../../../src/pipeline/render/few-shot-vid2vid/device-textures.ts';
import { DeviceWarp } from '../../../../src/pipeline/render/few-shot-vid2vid/device-warp.ts';
import {
  PLANES_OUTPUT,
  planesGraph,
} from '../../../../src/pipeline/render/few-shot-vid2vid/planes-graph.ts';
import { warpGraph } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-graph.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { meshFrameBytes } from '../../../../src/pipeline/render/warp/mesh-frame.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';
import { type FaceShape, facePoints, paintedExample, withPerson } from '../painted-face.ts';

const onePicture = [paintedExample()];
const fivePictures = [
  paintedExample(),
  paintedExample({ yaw: 25 }),
  paintedExample({ yaw: -25, jaw: 0.05 }),
  paintedExample({ jaw: 0.25 }),
  paintedExample({ shut: 1 }),
];

/** Identities of each kind that there is. */
export const SUBJECTS = {
  'one picture': onePicture,
  'one picture whose wall is known': onePicture.map(withPerson),
  'five pictures': fivePictures,
  'five pictures whose walls are known': fivePictures.map(withPerson),
};
export type Subject = keyof typeof SUBJECTS;

/** What faces do. */
export const SHAPES: Readonly<Record<string, FaceShape>> = {
  'looks ahead': {},
  'is turned': { yaw: 28, x: 0.47 },
  'is turned the other way, and tilted': { yaw: -24, roll: 12, y: 0.45 },
  'opens its mouth': { jaw: 0.28, x: 0.513 },
  'shuts its eyes': { shut: 1, pitch: 8 },
  'leaves the picture': { x: 0.86, y: 0.3, scale: 0.3 },
};

export interface WarpsRequest {
  /** The runtime's name of a provider. */
  readonly device: string;
  readonly side: number;
  /** Runs, and of each whose faces do what. */
  readonly runs: readonly (readonly (readonly [Subject, keyof typeof SHAPES])[])[];
}

export interface WarpsAnswer {
  /** Of each frame, run after run, as the device draws it, and as the processor does. */
  readonly drawn: readonly Uint8Array[];
  readonly painted: readonly Uint8Array[];
}

export async function drawWarps({ device, side, runs }: WarpsRequest): Promise<WarpsAnswer> {
  const memory = newKernelMemory();
  const textures = new DeviceTextures(() =>
    openOnDevice(planesGraph(), 'a test', device, [PLANES_OUTPUT]),
  );
  const warp = new DeviceWarp(side, (shape) =>
    openOnDevice(warpGraph(shape), 'a test', device, []),
  );
  const painters = new Map<Subject, WarpPainter>();
  const painterOf = (subject: Subject): WarpPainter => {
    const painter =
      painters.get(subject) ??
      new WarpPainter(
        enrolWarpIdentity(SUBJECTS[subject], memory),
        side,
        // Once for each frame of a run.
        4 * meshFrameBytes(side),
      );
    painters.set(subject, painter);
    return painter;
  };
  const [drawn, painted]: Uint8Array[][] = [[], []];
  for (const run of runs) {
    const warps = [];
    for (const [i, [subject, shape]] of run.entries()) {
      const painter = painterOf(subject);
      painter.reset();
      painter.follow(facePoints(SHAPES[shape]));
      const frame = painter.meshFrame(painter.spareAt + i * meshFrameBytes(side));
      const mesh = painter.describe(frame);
      const held = await textures.hold(painter, painter.sheet);
      if (!mesh || !held) throw new Error(`${subject} that ${shape} does not fit`);
      warps.push({ mesh: { ...mesh, places: mesh.places.slice() }, sheet: held.sheet });
      painter.paint();
      const { y, u, v } = painter.toFrame();
      painted!.push(new Uint8Array([...y, ...u, ...v]));
    }
    const all = await warp.readBack(warps);
    const each = all.length / warps.length;
    for (let i = 0; i < warps.length; i++) drawn!.push(all.slice(i * each, (i + 1) * each));
  }
  await warp.close();
  await textures.close();
  for (const painter of painters.values()) painter.close();
  return { drawn: drawn!, painted: painted! };
}
