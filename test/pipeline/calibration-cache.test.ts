import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  calibrationKey,
  readCalibration,
  writeCalibration,
} from '../../src/pipeline/calibration-cache.io.ts';
import { settings } from './fake-stages.ts';

const COST = { mean: 8.5, high: 12 };
const report = {
  codecBackend: 'fake',
  codecs: ['vp8'],
  faceModel: 'fake',
  engine: 'warp',
  device: 'cpu',
} as const;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-calibration-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the kept calibration', () => {
  it('is found again under the same circumstances only', async () => {
    const key = calibrationKey(settings, report);
    expect(await readCalibration(folder, key)).toBeUndefined();
    await writeCalibration(folder, key, COST);
    expect(await readCalibration(folder, key)).toEqual(COST);
    const larger = calibrationKey({ ...settings, size: 512 }, report);
    expect(await readCalibration(folder, larger)).toBeUndefined();
    const other = calibrationKey(settings, { ...report, engine: 'another' });
    expect(await readCalibration(folder, other)).toBeUndefined();
  });

  it('does not depend on who is drawn, nor on the network', () => {
    const other = { ...settings, identity: 'vesper', bitrate: 1, paused: true };
    expect(calibrationKey(other, report)).toBe(calibrationKey(settings, report));
  });

  it('is as good as none when it is torn, and is then replaced', async () => {
    await writeFile(join(folder, 'calibration.json'), '{"key":"a","cost":{"me');
    expect(await readCalibration(folder, 'a')).toBeUndefined();
    await writeCalibration(folder, 'a', COST);
    expect(await readCalibration(folder, 'a')).toEqual(COST);
    expect(await readdir(folder)).toEqual(['calibration.json']);
  });
});
