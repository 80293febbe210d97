/** Floats of a piece: x and y of its ends in map nodes, their depths. */
export const PIECE_FLOATS = 6;

interface Edge {
  readonly a: number;
  readonly b: number;
  /** The two triangles that share it, and the corner of each that it does not touch. */
  readonly left: { readonly triangle: number; readonly corner: number };
  readonly right: { readonly triangle: number; readonly corner: number };
}

/**
 * Where a mesh of triangles bounds itself as it is seen: edges between a triangle that faces the viewer and one that faces away.
 * There a near surface ends before what lies behind it.
 */
export class Silhouette {
  readonly #triangles: readonly number[];
  readonly #edges: readonly Edge[];
  /** Twice each triangle's area as seen, above 0 where it faces the viewer. */
  readonly #areas: Float32Array;

  /** @param triangles three vertex numbers each. */
  constructor(triangles: readonly number[]) {
    this.#triangles = triangles;
    this.#areas = new Float32Array(triangles.length / 3);
    this.#edges = sharedEdges(triangles);
  }

  /** The most pieces that {@link write} can write. */
  get most(): number {
    return this.#edges.length;
  }

  /**
   * Writes the pieces of the outline, each with the near surface to its left as `drawSilhouette` of the kernel takes it.
   * @param places x and y of each vertex in map nodes; @param values of which each vertex's fourth is its depth.
   * @param out {@link PIECE_FLOATS} for each piece.
   * @returns how many pieces there are.
   */
  write(places: Float32Array, values: Float32Array, out: Float32Array): number {
    const triangles = this.#triangles;
    const areas = this.#areas;
    for (let t = 0; t < areas.length; t++) {
      areas[t] = cross(places, triangles[3 * t]!, triangles[3 * t + 1]!, triangles[3 * t + 2]!);
    }
    let count = 0;
    for (const { a, b, left, right } of this.#edges) {
      const facing = areas[left.triangle]!;
      if (facing > 0 === areas[right.triangle]! > 0) continue;
      const { corner } = facing > 0 ? left : right;
      const [from, to] = cross(places, a, b, corner) < 0 ? [a, b] : [b, a];
      const at = PIECE_FLOATS * count++;
      out[at] = places[2 * from]!;
      out[at + 1] = places[2 * from + 1]!;
      out[at + 2] = places[2 * to]!;
      out[at + 3] = places[2 * to + 1]!;
      out[at + 4] = values[4 * from + 3]!;
      out[at + 5] = values[4 * to + 3]!;
    }
    return count;
  }
}

/** Twice the area of a triangle as seen, above 0 where it faces the viewer: x to the right, y down. */
function cross(places: Float32Array, a: number, b: number, c: number): number {
  const x = places[2 * a]!;
  const y = places[2 * a + 1]!;
  return (
    (places[2 * b]! - x) * (places[2 * c + 1]! - y) -
    (places[2 * c]! - x) * (places[2 * b + 1]! - y)
  );
}

function sharedEdges(triangles: readonly number[]): Edge[] {
  const open = new Map<string, { a: number; b: number; side: Edge['left'] }>();
  const edges: Edge[] = [];
  for (let i = 0; i < triangles.length; i++) {
    const triangle = Math.floor(i / 3);
    const a = triangles[i]!;
    const b = triangles[i % 3 === 2 ? i - 2 : i + 1]!;
    const corner = triangles[i % 3 === 0 ? i + 2 : i - 1]!;
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    const other = open.get(key);
    if (other === undefined) open.set(key, { a, b, side: { triangle, corner } });
    else edges.push({ a: other.a, b: other.b, left: other.side, right: { triangle, corner } });
  }
  return edges;
}
