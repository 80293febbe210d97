import { smoothstep } from '../../smoothstep.ts';
import { CANONICAL_FACE } from '../canonical-face.ts';
import { EYES, FACE_OVAL, LIPS_INNER, outline } from '../face-topology.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';

/**
 * The average face seen from the front as a small grid of cells: where skin has its place whatever the face does.
 * Each cell belongs to the triangle of the mesh that covers it there.
 */
export interface FaceSheet {
  /** Of a row: a multiple of four. */
  readonly width: number;
  readonly height: number;
  /** The cells that the face covers, row by row: y·width + x. Around them lies a margin of at least {@link SHEET_MARGIN}. */
  readonly cells: Uint32Array;
  /** For each of these, which triangle of {@link FACE_TRIANGLES} it belongs to. */
  readonly triangles: Uint16Array;
  /** For each of these, 0…1: how much of it is skin, rather than an opening or the edge of the face. */
  readonly skin: Float32Array;
  /** Of each point of the mesh, x and y in cells. */
  readonly places: Float32Array;
  /** Of each point of the mesh, 0…1: how far it goes with the skin. */
  readonly shares: Float32Array;
  /** Of each point of the mesh, 0…1: how far it lies inside the face's outline. */
  readonly inside: Float32Array;
}

/** To the distance between the outer corners of the eyes: of a face in a call a cell is some two pixels wide. */
export const CELLS_PER_UNIT = 56;
/** Cells around the face that are never any: whoever reads neighbours needs no bounds. */
export const SHEET_MARGIN = 16;

/** What a cell has to lie away from the edge of an eye or of the inner lips to be skin at all, and wholly: lashes and red lips are. */
const OPENING: readonly [Unit, Unit] = [-0.005, 0.02];
/** The same of the face's outline: what lies behind comes into view there. */
const OUTLINE: readonly [Unit, Unit] = [0, 0.15];
/** Beyond this from the edge of an eye, a point goes wholly with the skin. */
const LID_REACH: Unit = 0.12;
/** Beyond this from it, a point is no part of the face's outline. */
const OUTLINE_REACH: Unit = 0.45;
/** How far the edge itself goes with it: lids fold, where the sheet stretches. */
const LID_SHARE = 0.7;

/** The distance between the outer corners of the eyes. */
type Unit = number;
type Place = readonly [x: Unit, y: Unit];

const placeOf = (i: number): Place => [CANONICAL_FACE[3 * i]!, CANONICAL_FACE[3 * i + 1]!];

/** Distance to a closed contour; negative inside. */
export function beyond(contour: readonly Place[], [x, y]: Place): Unit {
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  contour.forEach(([ax, ay], k) => {
    const [bx, by] = contour.at(k - 1)!;
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
    const [dx, dy] = [bx - ax, by - ay];
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  });
  return inside ? -nearest : nearest;
}

const EYE_EDGES = EYES.map((eye) => outline(eye).map(placeOf));
const MOUTH = outline(LIPS_INNER).map(placeOf);
const FACE = FACE_OVAL.map(placeOf);

const beyondEyes = (at: Place): Unit => Math.min(...EYE_EDGES.map((edge) => beyond(edge, at)));

const skinAt = (at: Place): number =>
  smoothstep(...OPENING, beyondEyes(at)) *
  smoothstep(...OPENING, beyond(MOUTH, at)) *
  smoothstep(...OUTLINE, -beyond(FACE, at));

const shareAt = (at: Place): number =>
  LID_SHARE + (1 - LID_SHARE) * smoothstep(0, LID_REACH, beyondEyes(at));

function laidFlat(): FaceSheet {
  const mesh = Array.from({ length: FACE_MESH_POINTS }, (_, i) => placeOf(i));
  const left = Math.min(...mesh.map(([x]) => x));
  const top = Math.min(...mesh.map(([, y]) => y));
  const cell = (value: Unit, from: Unit) => (value - from) * CELLS_PER_UNIT + SHEET_MARGIN;
  const places = Float32Array.from(mesh.flatMap(([x, y]) => [cell(x, left), cell(y, top)]));
  const span = (axis: 0 | 1) => Math.ceil(Math.max(...mesh.map((at) => at[axis])) * CELLS_PER_UNIT);
  const across = span(0) - Math.floor(left * CELLS_PER_UNIT) + 2 * SHEET_MARGIN + 1;
  const width = 4 * Math.ceil(across / 4);
  const height = span(1) - Math.floor(top * CELLS_PER_UNIT) + 2 * SHEET_MARGIN + 1;
  const owners = nearestTriangles(places, width, height);
  const cells = Uint32Array.from(owners.keys()).sort();
  const placeOfCell = (at: number): Place => [
    ((at % width) - SHEET_MARGIN) / CELLS_PER_UNIT + left,
    (Math.floor(at / width) - SHEET_MARGIN) / CELLS_PER_UNIT + top,
  ];
  return {
    width,
    height,
    cells,
    triangles: Uint16Array.from(cells, (at) => owners.get(at)!),
    skin: Float32Array.from(cells, (at) => skinAt(placeOfCell(at))),
    places,
    shares: Float32Array.from(mesh, shareAt),
    inside: Float32Array.from(mesh, (at) => smoothstep(0, OUTLINE_REACH, -beyond(FACE, at))),
  };
}

/** Of each cell that is covered, the triangle that lies before all others there. */
function nearestTriangles(
  places: Float32Array,
  width: number,
  height: number,
): Map<number, number> {
  const owners = new Map<number, number>();
  const depths = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (let t = 0; t < FACE_TRIANGLES.length / 3; t++) {
    const corners = FACE_TRIANGLES.slice(3 * t, 3 * t + 3);
    const [ax, bx, cx] = corners.map((i) => places[2 * i]!) as [number, number, number];
    const [ay, by, cy] = corners.map((i) => places[2 * i + 1]!) as [number, number, number];
    const [az, bz, cz] = corners.map((i) => CANONICAL_FACE[3 * i + 2]!) as [number, number, number];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    for (let y = Math.ceil(Math.min(ay, by, cy)); y <= Math.max(ay, by, cy); y++) {
      for (let x = Math.ceil(Math.min(ax, bx, cx)); x <= Math.max(ax, bx, cx); x++) {
        const b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area;
        const c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
        if (b < 0 || c < 0 || b + c > 1) continue;
        const z = (1 - b - c) * az + b * bz + c * cz;
        const at = y * width + x;
        if (z >= depths[at]!) continue;
        depths[at] = z;
        owners.set(at, t);
      }
    }
  }
  return owners;
}

export const FACE_SHEET = laidFlat();
