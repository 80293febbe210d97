import { EYES, FACE_OVAL, LIPS_INNER, LIPS_OUTER, outline } from '../../landmark/face-topology.ts';
import { FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import { shutOvershoot } from '../warp/shut-openings.ts';
import { type Channel, drawDisc, drawLine, drawPolygon } from './coverage.ts';
import type { Field } from './field.ts';

/** Contours of the first channel that are not closed: brows, the nose's ridge, its base from wing to wing. */
const OPEN_CONTOURS: readonly (readonly number[])[] = [
  [70, 63, 105, 66, 107],
  [46, 53, 52, 65, 55],
  [336, 296, 334, 293, 300],
  [285, 295, 282, 283, 276],
  [168, 6, 197, 195, 5, 4],
  [129, 98, 97, 2, 326, 327, 358],
];

/** Channels of a pose map, in this order. */
export const POSE_CHANNELS = ['face', 'lips', 'mouth', 'lids', 'eyes', 'irises'] as const;

const MOUTH = outline(LIPS_INNER);
const LIPS = [outline(LIPS_OUTER), MOUTH];
const EYE_OUTLINES = EYES.map(outline);

/**
 * A face drawn for the network: {@link POSE_CHANNELS}, a byte for each cell of its field in each. Lines of the
 * face (outline, brows, nose), lines of the lips, the mouth's opening filled, lines of the lids, the
 * eyes' openings filled, the irises as discs. Lines are a cell wide on any field, thinner in the picture on a finer
 * one: they say where something is, and lids or lips that a coarse field runs together are to be told apart there.
 */
export class PoseMap {
  readonly bytes: Uint8Array;
  readonly #cells: number;
  readonly #channels: readonly Channel[];
  readonly #points = new Float32Array(FACE_MESH_POINTS_WITH_IRISES * 3);
  readonly #mouth = new Float32Array(MOUTH.length * 2);
  readonly #eye = new Float32Array(EYE_OUTLINES[0]!.length * 2);

  constructor({ cells, plane }: Field) {
    this.bytes = new Uint8Array(POSE_CHANNELS.length * plane);
    this.#cells = cells;
    this.#channels = POSE_CHANNELS.map((_, k) => ({
      bytes: this.bytes.subarray(k * plane, (k + 1) * plane),
      side: cells,
    }));
  }

  /** @param points 478, x, y, z interleaved, fractions of the side. */
  draw(points: Float32Array): this {
    this.#points.set(points);
    shutOvershoot(this.#points);
    for (let i = 0; i < this.#points.length; i++) {
      this.#points[i] = this.#points[i]! * this.#cells - 0.5;
    }
    this.bytes.fill(0);
    const [face, lips, mouth, lids, eyes, irises] = this.#channels as [
      Channel,
      Channel,
      Channel,
      Channel,
      Channel,
      Channel,
    ];
    this.#trace(face, FACE_OVAL, true);
    for (const contour of OPEN_CONTOURS) this.#trace(face, contour, false);
    for (const contour of LIPS) this.#trace(lips, contour, true);
    this.#fill(mouth, MOUTH, this.#mouth);
    for (const contour of EYE_OUTLINES) {
      this.#trace(lids, contour, true);
      this.#fill(eyes, contour, this.#eye);
    }
    for (const { iris } of EYES) this.#disc(irises, iris);
    return this;
  }

  #trace(channel: Channel, contour: readonly number[], closed: boolean): void {
    const p = this.#points;
    for (let i = closed ? 0 : 1; i < contour.length; i++) {
      const a = 3 * contour[i === 0 ? contour.length - 1 : i - 1]!;
      const b = 3 * contour[i]!;
      drawLine(channel, p[a]!, p[a + 1]!, p[b]!, p[b + 1]!);
    }
  }

  #fill(channel: Channel, contour: readonly number[], corners: Float32Array): void {
    contour.forEach((index, i) => {
      corners[2 * i] = this.#points[3 * index]!;
      corners[2 * i + 1] = this.#points[3 * index + 1]!;
    });
    drawPolygon(channel, corners);
  }

  /** @param iris index of the centre, the four rim points follow. */
  #disc(channel: Channel, iris: number): void {
    const p = this.#points;
    const [x, y] = [p[3 * iris]!, p[3 * iris + 1]!];
    let radius = 0;
    for (let k = 1; k <= 4; k++) {
      const rim = 3 * (iris + k);
      radius += Math.hypot(p[rim]! - x, p[rim + 1]! - y) / 4;
    }
    // A tracker gone wrong must not paint the whole map.
    drawDisc(channel, x, y, Math.min(radius, this.#cells / 16));
  }
}
