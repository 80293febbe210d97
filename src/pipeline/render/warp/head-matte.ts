import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { MASK_SIDE, type PersonMask } from '../../landmark/person-mask.ts';
import type { Px } from '../../picture.ts';
import { smoothstep } from '../../smoothstep.ts';
import { guidedFilter } from './guided-filter.ts';
import { KernelSpace } from './kernel-space.ts';
import { type TextureExports, textureKernel } from './texture-kernel.io.ts';

/** How far the mask's edges may be from those of the picture, in its cells. */
const REACH = 3;
/** Variance of luma, 0…1 squared, of an edge that is worth following. */
const SMOOTH = 1e-4;
/** What the network half believes in is drawn with the head: a lock of hair left behind looks worse than a piece of wall taken along. */
const PERSON_FROM = 0.05;
const PERSON_TO = 0.65;
/** What it is nearly sure of: of what is drawn mirrored no wall may be taken along, for it would be another place's. */
const SURELY_FROM = 0.5;
const SURELY_TO = 0.95;
/**
 * From the chin down all moves with the mesh, which moves shoulders little, and there masks are often torn: from and to
 * here, in heights of the face below the chin.
 */
const BODY_FROM = -0.05;
const BODY_TO = 0.2;
/** A mask that leaves out more of the very face, on average, says nothing of what is around it. */
const LEAST_FACE = 0.8;
/** The forehead's upper end and the chin. */
const [FOREHEAD, CHIN] = [10, 152];

/** What of a picture moves with its head, as planes in the kernels' memory. */
export interface HeadMatte {
  /** side² shares, 0 the background … 1. */
  readonly head: Float32Array;
  /**
   * The same at half the side, without the rule for what is below the chin: where it is 0, the picture shows the
   * background itself.
   */
  readonly person: Float32Array;
  /** As `head`, where it is wanted: what is surely the person, also below the chin. */
  readonly surely?: Float32Array;
}

/**
 * @param luma side² of the picture, 0…1, in the kernels' memory; its side a multiple of 8.
 * @param mask in sides of the picture; @param points of the face, x, y, z interleaved, in sides.
 * @param out is filled.
 * @returns whether the mask holds the face: not that of a drawing, say, that the network takes for no person.
 * @throws UnderstudyError `render_memory_full`
 */
export function headMatte(
  luma: Float32Array,
  side: Px,
  mask: PersonMask,
  points: Float32Array,
  memory: WebAssembly.Memory,
  out: HeadMatte,
): boolean {
  const half = side >> 1;
  return new KernelSpace(memory).borrow(
    (room) => ({
      cells: room.take(mask.cells.length),
      coarse: room.take(half * half * 4),
      guide: room.take(half * half * 4),
    }),
    (at) => {
      const { buffer } = memory;
      const kernel = textureKernel(memory);
      const coarse = new Float32Array(buffer, at.coarse, half * half);
      new Uint8Array(buffer).set(mask.cells, at.cells);
      const [left, top, cell] = [mask.left * half, mask.top * half, MASK_SIDE / (mask.side * half)];
      kernel.sampleMask(at.cells, MASK_SIDE, left, top, cell, half, at.coarse);
      if (meanWithin(coarse, half, faceRows(points, half)) < LEAST_FACE) return false;
      const guide = new Float32Array(buffer, at.guide, half * half);
      kernel.halvePlane(luma.byteOffset, side, at.guide);
      const settings = { radius: Math.max(2, Math.round(REACH / cell)), smooth: SMOOTH };
      guidedFilter({ guide: luma, half: guide, values: coarse }, side, settings, memory, out.head);
      const rows = faceRows(points, side);
      const believe = (plane: Float32Array, from: number, to: number): void => {
        kernel.stretch(plane.byteOffset, side * side, from, to);
        for (const [y, row] of rows) plane.fill(1, y * side + row.from, y * side + row.to + 1);
      };
      if (out.surely) {
        out.surely.set(out.head);
        believe(out.surely, SURELY_FROM, SURELY_TO);
      }
      believe(out.head, PERSON_FROM, PERSON_TO);
      kernel.halvePlane(out.head.byteOffset, side, out.person.byteOffset);
      moveBody(out.head, side, points, kernel);
      return true;
    },
  );
}

function moveBody(
  head: Float32Array,
  side: Px,
  points: Float32Array,
  kernel: TextureExports,
): void {
  const chin = points[3 * CHIN + 1]! * side;
  const height = chin - points[3 * FOREHEAD + 1]! * side;
  for (let y = 0; y < side; y++) {
    const body = smoothstep(BODY_FROM, BODY_TO, (y - chin) / height);
    if (body > 0) kernel.raise(head.byteOffset + 4 * y * side, side, body);
  }
}

type Rows = Map<number, { from: number; to: number }>;

/** The rows of pixels that the face's oval covers. */
function faceRows(points: Float32Array, side: number): Rows {
  const rows: Rows = new Map();
  FACE_OVAL.forEach((i, k) => {
    const j = FACE_OVAL[(k + 1) % FACE_OVAL.length]!;
    const [ax, ay] = [points[3 * i]! * side, points[3 * i + 1]! * side];
    const [bx, by] = [points[3 * j]! * side, points[3 * j + 1]! * side];
    const first = Math.max(0, Math.ceil(Math.min(ay, by)));
    const last = Math.min(side - 1, Math.floor(Math.max(ay, by)));
    for (let y = first; y <= last; y++) {
      const x = by === ay ? ax : ax + ((bx - ax) * (y - ay)) / (by - ay);
      const at = Math.min(side - 1, Math.max(0, Math.round(x)));
      const row = rows.get(y);
      rows.set(y, { from: Math.min(at, row?.from ?? at), to: Math.max(at, row?.to ?? at) });
    }
  });
  return rows;
}

function meanWithin(plane: Float32Array, side: number, rows: Rows): number {
  let [sum, count] = [0, 0];
  for (const [y, { from, to }] of rows) {
    for (let x = from; x <= to; x++) sum += plane[y * side + x]!;
    count += to - from + 1;
  }
  return count > 0 ? sum / count : 0;
}
