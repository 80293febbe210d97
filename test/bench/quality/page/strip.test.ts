import { expect, it } from 'vitest';
import { stripOf } from '../../../../bench/quality/page/strip.ts';

const plain = (value: number) => ({
  width: 16,
  height: 16,
  rgba: new Uint8ClampedArray(16 * 16 * 4).fill(value),
});

it('a strip has a row a contender, a column a moment, and white between the rows', () => {
  const { width, height, rgba } = stripOf([[plain(10), plain(20)], [plain(30)]], 8);
  expect([width, height]).toEqual([16, 20]);
  const at = (x: number, y: number) => rgba[(y * width + x) * 4];
  expect([at(3, 3), at(12, 3), at(3, 9), at(3, 15), at(12, 15)]).toEqual([10, 20, 255, 30, 255]);
});
