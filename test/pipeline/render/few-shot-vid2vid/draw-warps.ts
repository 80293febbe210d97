import { openOnDevice } from '../../../../src/pipeline/landmark/onnx.io.ts';
import { DeviceTextures } from '../../../../src/pipeline/render/few-shot-vid2vid/device-textures.ts';
import { DeviceWarp } from '../../../../src/pipeline/render/few-shot-vid2vid/device-warp.ts';
import { fewShotKernel } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-kernel.io.ts';
import { FIELDS, type Field } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  MeshMotion,
  meshMotionBytes,
} from '../../../../src/pipeline/render/few-shot-vid2vid/mesh-motion.ts';
import { usualOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
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
  'one picture that looks aside': [withPerson(paintedExample({ yaw: 26 }))],
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
  /** In a row of the field that motions are told in. */
  readonly cells: number;
  /** Runs, and of each whose faces do what. */
  readonly runs: readonly (readonly (readonly [Subject, keyof typeof SHAPES])[])[];
}

export interface WarpsAnswer {
  /** Of each frame, run after run, as the device draws it, and as the processor does. */
  readonly drawn: readonly Uint8Array[];
  readonly painted: readonly Uint8Array[];
  /** The mesh's motion since the face looked ahead, in the window of a usual face, of all runs together, in the same way. */
  readonly moved: readonly Float32Array[];
  readonly followed: readonly Float32Array[];
}

/** What a frame of a run needs of its painter's memory. */
const roomOf = (side: number, field: Field): number =>
  meshFrameBytes(side) +
  Object.values(meshMotionBytes(field)).reduce((sum, bytes) => sum + bytes, 4 * field.planeBytes);

/** Planes of the field, as far as they are in the window of a usual face. */
function inWindow(planes: Float32Array, field: Field): Float32Array {
  const { x, y, width, height } = usualOf(field);
  const cut: number[] = [];
  for (let plane = 0; plane < planes.length; plane += field.plane) {
    for (let row = y; row < y + height; row++) {
      const from = plane + row * field.cells + x;
      cut.push(...planes.subarray(from, from + width));
    }
  }
  return Float32Array.from(cut);
}

export async function drawWarps({
  device,
  side,
  cells: rows,
  runs,
}: WarpsRequest): Promise<WarpsAnswer> {
  const field = FIELDS.find(({ cells }) => cells === rows)!;
  const bytes = meshMotionBytes(field);
  const memory = newKernelMemory();
  const textures = new DeviceTextures(() =>
    openOnDevice(planesGraph(), 'a test', device, [PLANES_OUTPUT]),
  );
  const warp = new DeviceWarp(side, field, (shape) =>
    openOnDevice(warpGraph(shape), 'a test', device, []),
  );
  const painters = new Map<Subject, WarpPainter>();
  const painterOf = (subject: Subject): WarpPainter => {
    const painter =
      painters.get(subject) ??
      new WarpPainter(
        enrolWarpIdentity(SUBJECTS[subject], memory),
        side,
        // Once for each frame of a run, which has one of each subject at most.
        Object.keys(SUBJECTS).length * roomOf(side, field),
      );
    painters.set(subject, painter);
    return painter;
  };
  const [drawn, painted]: Uint8Array[][] = [[], []];
  const [moved, followed]: Float32Array[][] = [[], []];
  for (const run of runs) {
    const warps = [];
    for (const [i, [subject, shape]] of run.entries()) {
      const painter = painterOf(subject);
      const at = painter.spareAt + i * roomOf(side, field);
      const fields = at + meshFrameBytes(side);
      const values = fields + bytes.field + bytes.places;
      const kernel = fewShotKernel(field, memory);
      const motion = new MeshMotion(painter, field, kernel, {
        field: fields,
        places: fields + bytes.field,
        values,
      });
      const planes = values + bytes.values;
      painter.reset();
      painter.draw(facePoints());
      motion.place();
      motion.keep();
      painter.follow(facePoints(SHAPES[shape]));
      const mesh = painter.describe(painter.meshFrame(at));
      motion.place();
      motion.flow(planes);
      motion.displacement(planes + 2 * field.planeBytes);
      followed!.push(inWindow(new Float32Array(memory.buffer, planes, 4 * field.plane), field));
      const { before, cells } = motion.describe(false, planes);
      const held = await textures.hold(painter, painter.sheet);
      if (!mesh || !held) throw new Error(`${subject} that ${shape} does not fit`);
      warps.push({
        mesh: { ...mesh, places: mesh.places.slice() },
        motion: { before: before.slice(), cells },
        sheet: held.sheet,
        window: usualOf(field),
      });
      painter.paint();
      const { y, u, v } = painter.toFrame();
      painted!.push(new Uint8Array([...y, ...u, ...v]));
    }
    const all = await warp.readBack(warps);
    const [each, cells] = [all.pictures.length / warps.length, all.motion.length / warps.length];
    for (let i = 0; i < warps.length; i++) {
      drawn!.push(all.pictures.slice(i * each, (i + 1) * each));
      moved!.push(all.motion.slice(i * cells, (i + 1) * cells));
    }
  }
  await warp.close();
  await textures.close();
  for (const painter of painters.values()) painter.close();
  return { drawn: drawn!, painted: painted!, moved: moved!, followed: followed! };
}
