import type { Picture } from '../../picture.ts';

/** Value of the Exif orientation tag (Exif 2.32 §4.6.4): where row 0 and column 0 are shown. */
export type ExifOrientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** An absent or senseless tag means upright. */
export function exifOrientation(value: unknown): ExifOrientation {
  const valid = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 8;
  return valid ? (value as ExifOrientation) : 1;
}

/** Turns and mirrors a stored picture the way its tag says it is to be seen; 1 returns it as it is. */
export function uprightPicture(stored: Picture, orientation: ExifOrientation): Picture {
  if (orientation === 1) return stored;
  const turned = orientation >= 5;
  const width = turned ? stored.height : stored.width;
  const height = turned ? stored.width : stored.height;
  const from = new Uint32Array(stored.rgba.buffer, stored.rgba.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  const [origin, right, down] = walk(orientation, stored.width, stored.height);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0, at = origin + y * down; x < width; x++, at += right) to[out++] = from[at]!;
  }
  return { width, height, rgba: new Uint8ClampedArray(to.buffer) };
}

/** Index in the stored picture of the upright one's first pixel, and the steps right and down. */
function walk(
  orientation: ExifOrientation,
  width: number,
  height: number,
): [number, number, number] {
  const lastColumn = width - 1;
  const lastRow = (height - 1) * width;
  switch (orientation) {
    case 1:
      return [0, 1, width];
    case 2:
      return [lastColumn, -1, width];
    case 3:
      return [lastRow + lastColumn, -1, -width];
    case 4:
      return [lastRow, 1, -width];
    case 5:
      return [0, width, 1];
    case 6:
      return [lastRow, -width, 1];
    case 7:
      return [lastRow + lastColumn, -width, -1];
    case 8:
      return [lastColumn, width, -1];
  }
}
