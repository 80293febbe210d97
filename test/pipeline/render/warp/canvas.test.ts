import { expect, it } from 'vitest';
import { type Canvas, mixPixel } from '../../../../src/pipeline/render/warp/canvas.ts';
import { seededRandom } from '../../seeded-random.ts';

it('paints on a layer what, laid over a picture, is the picture painted on', () => {
  const random = seededRandom(5);
  const side = 16;
  const canvas = (layer?: true): Canvas => ({
    memory: new Uint8Array(4 * side ** 2),
    at: 0,
    side,
    ...(layer && { layer }),
  });
  const [picture, layer] = [canvas(), canvas(true)];
  picture.memory.forEach((_, i, memory) => {
    memory[i] = 16 + 220 * random();
  });
  const under = picture.memory.slice();
  // Three coats; a third of the pixels stay as they are.
  for (let i = 0; i < 2 * side ** 2; i++) {
    const [x, y] = [Math.floor(random() * side), Math.floor(random() * side)];
    const colour = Float32Array.from({ length: 3 }, () => 16 + 220 * random());
    const alpha = i % 3 === 0 ? 1 : random();
    for (const each of [picture, layer]) mixPixel(each, x, y, colour, alpha);
  }
  let untouched = 0;
  for (let p = 0; p < under.length; p += 4) {
    const cover = layer.memory[p + 3]!;
    if (cover === 0) untouched++;
    for (let k = 0; k < 3; k++) {
      const over = layer.memory[p + k]! + (under[p + k]! * (255 - cover)) / 255;
      expect(Math.abs(over - picture.memory[p + k]!)).toBeLessThan(cover === 0 ? 1e-9 : 2.5);
    }
  }
  expect(untouched).toBeGreaterThan(10);
});
