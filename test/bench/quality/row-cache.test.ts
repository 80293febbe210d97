import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measured } from '../../../bench/quality/measurement.io.ts';
import type { Row } from '../../../bench/quality/row.ts';
import { RowCache } from '../../../bench/quality/row-cache.io.ts';
import { paintedFrame, SIDE } from './painted-clip.ts';

const row: Row = {
  part: 'reproduction',
  group: 'rendered',
  subject: 'webcam, squeezed',
  contender: 'warp',
  examples: 2,
  staged: false,
  scores: { facePsnr: 24.5 },
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('finished rows', () => {
  it('are measured once, then taken from disk, pictures too, until what they depend on changes', async () => {
    const cache = new RowCache(join(folder, 'new'));
    const { frame } = paintedFrame({});
    let runs = 0;
    const measurement = (fingerprint: string) => ({
      name: row,
      fingerprint,
      run: async () => {
        runs++;
        return { row, pictures: [frame, frame] };
      },
    });
    expect(await measured(measurement('a'), cache)).toEqual(row);
    expect(await measured(measurement('a'), cache)).toEqual(row);
    expect(runs).toBe(1);
    const pictures = await cache.readPictures(row, 'a');
    expect(pictures.map(({ width }) => width)).toEqual([SIDE, SIDE]);
    expect(Buffer.compare(pictures[1]!.v, frame.v)).toBe(0);
    await measured(measurement('b'), cache);
    expect(runs).toBe(2);
  });

  it('do not include what could not be measured', async () => {
    const cache = new RowCache(folder);
    const measurement = { name: row, fingerprint: 'c', run: async () => undefined };
    expect(await measured(measurement, cache)).toBeUndefined();
    expect(await cache.read(row, 'c')).toBeUndefined();
    expect(await cache.readPictures(row, 'c')).toEqual([]);
  });
});
