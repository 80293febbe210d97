import { describe, expect, it } from 'vitest';
import { bestColumns, tileSide } from '../../../src/client/app/call/grid.ts';

describe('the grid of tiles', () => {
  it('puts two side by side on a wide screen and one over the other on a phone', () => {
    expect(bestColumns(2, 1200, 600, 16)).toBe(2);
    expect(bestColumns(2, 340, 480, 16)).toBe(1);
  });

  it('is never beaten by another number of columns', () => {
    for (let count = 1; count <= 16; count++) {
      for (const [width, height] of [
        [1200, 600],
        [340, 480],
        [800, 800],
      ] as const) {
        const best = tileSide(bestColumns(count, width, height, 16), count, width, height, 16);
        for (let columns = 1; columns <= count; columns++) {
          expect(best).toBeGreaterThanOrEqual(tileSide(columns, count, width, height, 16));
        }
      }
    }
  });

  it('keeps every tile inside the area', () => {
    const side = tileSide(3, 7, 900, 500, 16);
    expect(3 * side + 2 * 16).toBeLessThanOrEqual(900);
    expect(3 * side + 2 * 16).toBeLessThanOrEqual(500.001);
  });

  it('has no negative tiles where there is no room', () => {
    expect(tileSide(4, 4, 10, 10, 16)).toBe(0);
  });
});
