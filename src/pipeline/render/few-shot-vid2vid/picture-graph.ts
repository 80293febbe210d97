import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import { GraphWriter } from './graph-writer.ts';
import { FIELD_SIDE, NETWORK_SIDE } from './network-shape.ts';

/** A picture in a graph, 0…255: luma (N, 1, side, side), chroma (N, 2, side / 2, side / 2). */
export interface GraphPicture {
  readonly luma: string;
  readonly chroma: string;
}

/** Numbers of a picture in planes, Y, U, V one after another. */
export const pictureLength = (side: Px): number => (side * side * 3) / 2;

/** What all parts of a frame's graph do with pictures. Places are (N, 2, rows, columns): x, then y. */
export class PictureGraph extends GraphWriter {
  /** Planes of bytes as they lie one after another (N, {@link pictureLength}), as floats. */
  numbers(bytes: string): string {
    return this.node('Cast', [bytes], { to: ELEMENT_TYPES.float32 });
  }

  /** A picture out of its planes. */
  picture(planes: string, side: Px): GraphPicture {
    const [luma, end] = [side * side, pictureLength(side)];
    return {
      luma: this.shaped(this.part(planes, 0, luma), -1, 1, side, side),
      chroma: this.shaped(this.part(planes, luma, end), -1, 2, side / 2, side / 2),
    };
  }

  /** The planes of a picture, one after another. */
  planes({ luma, chroma }: GraphPicture, side: Px): string {
    return this.joined([
      this.shaped(luma, -1, side * side),
      this.shaped(chroma, -1, (side * side) / 2),
    ]);
  }

  /** A picture as the network sees it: each place the average of what it covers. */
  reduced({ luma, chroma }: GraphPicture, side: Px): GraphPicture {
    return {
      luma: this.#averaged(luma, side, NETWORK_SIDE),
      chroma: this.#averaged(chroma, side / 2, FIELD_SIDE),
    };
  }

  /** Bilinear values of planes of a side at places, in their own pixels; beyond the edge, the edge's. */
  at(planes: string, side: Px, places: string): string {
    const grid = this.grid(this.scaled(places, 2 / (side - 1), -1));
    return this.#sampled(planes, grid, { align_corners: 1 });
  }

  /** Places as `GridSample` reads them. */
  grid(places: string): string {
    return this.node('Transpose', [places], { perm: [0, 2, 3, 1] });
  }

  /** The same at a grid of shares of the planes' sides, −1…1 from edge to edge. */
  atShares(planes: string, grid: string): string {
    return this.#sampled(planes, grid, {});
  }

  /** Values of columns (N, columns) and rows (N, rows) as x and y of all places that these make. */
  crossed(columns: string, rows: string): string {
    const across = this.node('Unsqueeze', [columns, this.ints(1, 2)]);
    const down = this.node('Unsqueeze', [rows, this.ints(1, 3)]);
    // Adding nothing of the other one stretches each to all places.
    return this.joined([
      this.node('Add', [across, this.scaled(down, 0)]),
      this.node('Add', [this.scaled(across, 0), down]),
    ]);
  }

  /** Largest (or all) of a value's numbers in each item of the batch. @returns (N, 1). */
  overAll(op: 'ReduceMax' | 'ReduceMean', value: string): string {
    // Along the rows first: a device computes each of the results on one thread.
    const rows = this.node(op, [value], { axes: [3], keepdims: 0 });
    return this.node(op, [this.node('Flatten', [rows], { axis: 1 })], { axes: [1], keepdims: 1 });
  }

  #sampled(planes: string, grid: string, attributes: { align_corners?: 1 }): string {
    return this.node('GridSample', [planes, grid], { padding_mode: 'border', ...attributes });
  }

  #averaged(planes: string, side: Px, target: Px): string {
    const times = side / target;
    if (times === 1) return planes;
    if (Number.isInteger(times)) {
      return this.node('AveragePool', [planes], {
        kernel_shape: [times, times],
        strides: [times, times],
      });
    }
    // Places that begin within a pixel take their share of it.
    const share = (place: number, pixel: number): number =>
      Math.max(0, Math.min((place + 1) * times, pixel + 1) - Math.max(place * times, pixel)) /
      times;
    const grid = Array.from({ length: target }, (_, place) =>
      Array.from({ length: side }, (_, pixel) => share(place, pixel)),
    );
    const down = this.floats([target, side], grid.flat());
    const across = this.floats(
      [side, target],
      grid[0]!.flatMap((_, i) => grid.map((row) => row[i]!)),
    );
    return this.node('MatMul', [this.node('MatMul', [down, planes]), across]);
  }
}
