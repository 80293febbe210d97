import { LIPS_OUTER, outline } from '../../landmark/face-topology.ts';
import { drawPolygon } from './coverage.ts';
import { FIELD, FIELD_SIDE } from './network-shape.ts';

const LIPS = outline(LIPS_OUTER);
/** Cells by which the reserve reaches beyond the lips' outline, fading: a hard edge would show. */
const FADE = 2;

/**
 * The mouth with its lips as a share of each cell of the network's field. Where an example shows that
 * very mouth, its picture is better than anything the network can add, and is reserved.
 */
export class MouthReserve {
  readonly #filled = new Uint8Array(FIELD);
  readonly #corners = new Float32Array(LIPS.length * 2);

  /**
   * Scales answers, each planes of {@link FIELD} numbers, down by how far each cell is reserved.
   *
   * @param points of the face, x, y, z interleaved, sides of the picture.
   * @param share how far the mouth itself is reserved, 0…1.
   */
  withhold(answers: readonly Float32Array[], points: Float32Array, share: number): void {
    if (share <= 0) return;
    let [minX, minY, maxX, maxY] = [FIELD_SIDE, FIELD_SIDE, 0, 0];
    LIPS.forEach((index, i) => {
      const x = points[3 * index]! * FIELD_SIDE - 0.5;
      const y = points[3 * index + 1]! * FIELD_SIDE - 0.5;
      this.#corners[2 * i] = x;
      this.#corners[2 * i + 1] = y;
      minX = Math.min(minX, x);
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    });
    this.#filled.fill(0);
    drawPolygon({ bytes: this.#filled, side: FIELD_SIDE }, this.#corners);
    const last = FIELD_SIDE - 1;
    const toX = Math.min(last, Math.ceil(maxX) + FADE);
    const toY = Math.min(last, Math.ceil(maxY) + FADE);
    for (let y = Math.max(0, Math.floor(minY) - FADE); y <= toY; y++) {
      for (let x = Math.max(0, Math.floor(minX) - FADE); x <= toX; x++) {
        const left = 1 - share * this.#covered(x, y);
        for (const planes of answers) {
          for (let at = y * FIELD_SIDE + x; at < planes.length; at += FIELD) planes[at]! *= left;
        }
      }
    }
  }

  /** The strongest of the cells around, the less the farther: the mouth itself is covered in full. */
  #covered(x: number, y: number): number {
    let most = 0;
    for (let dy = -FADE; dy <= FADE; dy++) {
      for (let dx = -FADE; dx <= FADE; dx++) {
        const [u, v] = [x + dx, y + dy];
        if (u < 0 || v < 0 || u >= FIELD_SIDE || v >= FIELD_SIDE) continue;
        const near = 1 - Math.hypot(dx, dy) / (FADE + 1);
        most = Math.max(most, near * (this.#filled[v * FIELD_SIDE + u]! / 255));
      }
    }
    return most;
  }
}
