import { readFlexMap } from '../../../src/pipeline/landmark/flexbuffer.ts';
import type { TfliteOperator } from '../../../src/pipeline/landmark/tflite.ts';

type Values = Float32Array | Int32Array;

/** The matrix from a crop's pixels to the features', by trigonometry and points. */
export function transformMatrix(
  { customOptions }: TfliteOperator,
  landmarks: Values,
): Float32Array {
  const options = readFlexMap(customOptions);
  const number = (name: string) => options.get(name) as number;
  const at = (index: number) => [landmarks[3 * index]!, landmarks[3 * index + 1]!] as const;
  const left = at(number('left_rotation_idx'));
  const right = at(number('right_rotation_idx'));
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = (options.get('subset_idxs') as number[]).map((index) => {
    const [x, y] = at(index);
    return [x * cos + y * sin, y * cos - x * sin] as const;
  });
  const xs = turned.map(([x]) => x);
  const ys = turned.map(([, y]) => y);
  const [minX, maxX, minY, maxY] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const [width, height] = [number('output_width'), number('output_height')];
  const scaleX = (number('scale_x') * (maxX - minX)) / width;
  const scaleY = (number('scale_y') * (maxY - minY)) / height;
  const [middleX, middleY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const centre = [middleX * cos - middleY * sin, middleX * sin + middleY * cos] as const;
  const rows = [
    [cos * scaleX, -sin * scaleY],
    [sin * scaleX, cos * scaleY],
  ] as const;
  const shift = rows.map(([a, b], i) => centre[i]! - (a * width) / 2 - (b * height) / 2);
  return Float32Array.from([
    ...[rows[0][0], rows[0][1], 0, shift[0]!],
    ...[rows[1][0], rows[1][1], 0, shift[1]!],
    ...[0, 0, 1, 0, 0, 0, 0, 1],
  ]);
}

const apply = (m: Values, x: number, y: number) => ({
  x: m[0]! * x + m[1]! * y + m[3]!,
  y: m[4]! * x + m[5]! * y + m[7]!,
});

/** A bilinear crop, channels last; nothing is sampled outside the features here. */
export function transformTensor(
  features: Values,
  matrix: Values,
  [, inHeight, inWidth, channels]: readonly number[],
  [, height, width]: readonly number[],
): Float32Array {
  const result = new Float32Array(height! * width! * channels!);
  for (let row = 0, to = 0; row < height!; row++) {
    for (let column = 0; column < width!; column++) {
      const place = apply(matrix, column + 0.5, row + 0.5);
      const [x, y] = [place.x - 0.5, place.y - 0.5];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      if (left < 0 || top < 0 || left + 1 >= inWidth! || top + 1 >= inHeight!) {
        throw new Error('the crop leaves the features: use a face nearer to the middle');
      }
      for (let c = 0; c < channels!; c++, to++) {
        const value = (dx: number, dy: number) =>
          features[((top + dy) * inWidth! + left + dx) * channels! + c]!;
        const upper = value(0, 0) + (value(1, 0) - value(0, 0)) * (x - left);
        const lower = value(0, 1) + (value(1, 1) - value(0, 1)) * (x - left);
        result[to] = upper + (lower - upper) * (y - top);
      }
    }
  }
  return result;
}

export function transformLandmarks(pairs: Values, matrix: Values): Float32Array {
  const result = new Float32Array(pairs.length);
  for (let i = 0; i < pairs.length; i += 2) {
    const { x, y } = apply(matrix, pairs[i]!, pairs[i + 1]!);
    result.set([x, y], i);
  }
  return result;
}
