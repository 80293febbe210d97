import { expect, it } from 'vitest';
import { momentsOf } from '../../../bench/quality/moments.ts';
import { paintedFrame } from './painted-clip.ts';

it('a clip is shown at its widest mouth first, shut eyes next, then its turns, each moment once', () => {
  const at = (i: number) =>
    i === 10
      ? { jaw: 0.4 }
      : i === 20
        ? { shut: 1 }
        : i === 30
          ? { yaw: 20 }
          : i === 40
            ? { yaw: -20 }
            : {};
  const moments = momentsOf(Array.from({ length: 60 }, (_, i) => paintedFrame(at(i))));
  expect(moments.slice(0, 2)).toEqual([10, 20]);
  expect(moments.slice(2, 4).sort()).toEqual([30, 40]);
  expect(new Set(moments).size).toBe(moments.length);
});
