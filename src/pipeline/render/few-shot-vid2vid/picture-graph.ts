import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import type { Field } from './field.ts';
import { GraphWriter } from './graph-writer.ts';

/** A picture in a graph, 0…255: luma (N, 1, side, side), chroma (N, 2, side / 2, side / 2). */
export interface GraphPicture {
  readonly luma: string;
  readonly chroma: string;
}

/** Numbers of a picture in planes, Y, U, V one after another. */
export const pictureLength = (side: Px): number => (side * side * 3) / 2;

/** A pixel's place along a side, −1…1 from the first pixel's centre to the last one's. */
const along = (pixel: number, side: Px): number => (2 * pixel) / (side - 1) - 1;

/**
 * What all parts of a frame's graph do with pictures. A grid is (N, rows, columns, 2): the place, x then y, that
 * each pixel is taken from, −1…1 from the centre of the first pixel to that of the last.
 */
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
  reduced({ luma, chroma }: GraphPicture, side: Px, field: Field): GraphPicture {
    return {
      luma: this.#averaged(luma, side, field.side),
      chroma: this.#averaged(chroma, side / 2, field.cells),
    };
  }

  /** Planes of a side drawn out to another one, bilinear. */
  drawnOut(planes: string, side: Px, target: Px): string {
    if (side === target) return planes;
    const scales = this.floats([4], [1, 1, target / side, target / side]);
    return this.node('Resize', [planes, '', scales], { mode: 'linear' });
  }

  /** Bilinear values of planes at a grid; beyond the edge, the edge's. */
  at(planes: string, grid: string): string {
    return this.node('GridSample', [planes, grid], { padding_mode: 'border', align_corners: 1 });
  }

  /** The grid by which planes of a side are taken as they are. */
  still(side: Px): string {
    const grid = new Float32Array(2 * side * side);
    for (let i = 0; i < side * side; i++) {
      grid[2 * i] = along(i % side, side);
      grid[2 * i + 1] = along(Math.floor(i / side), side);
    }
    return this.floats([1, side, side, 2], grid);
  }

  /** A grid moved by a flow (N, 2, rows, columns) in sides, of planes of a side; `freedom` of it where that is given. */
  moved(grid: string, side: Px, flow: string, freedom?: readonly number[]): string {
    const step = (2 * side) / (side - 1);
    const by = this.#pairs(flow);
    if (!freedom) return this.node('Add', [grid, this.scaled(by, step)]);
    const free = freedom.flatMap((down) => freedom.map((across) => step * down * across));
    const share = this.floats([1, side, side, 1], free);
    return this.node('Add', [grid, this.node('Mul', [by, share])]);
  }

  /** Largest, or mean, of a value's numbers in each item of the batch. @returns (N, 1). */
  overAll(op: 'ReduceMax' | 'ReduceMean', value: string): string {
    // Along the rows first: a device computes each of the results on one thread.
    const rows = this.node(op, [value], { axes: [3], keepdims: 0 });
    return this.node(op, [this.node('Flatten', [rows], { axis: 1 })], { axes: [1], keepdims: 1 });
  }

  /** Two planes as pairs of numbers. `Transpose` would do it, in a hundred times the time: it works in tiles of sixteen. */
  #pairs(planes: string): string {
    const one = (at: number): string => {
      const plane = this.node('Squeeze', [this.part(planes, at, at + 1), this.ints(1)]);
      return this.node('Unsqueeze', [plane, this.ints(3)]);
    };
    return this.joined([one(0), one(1)], 3);
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
