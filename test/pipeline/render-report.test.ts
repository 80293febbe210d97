import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReenactedFrame } from '../../src/pipeline/file-reenactment.ts';
import { packPoints, RenderReport } from '../../src/pipeline/render-report.io.ts';
import { facePoints, poseOf } from './render/painted-face.ts';

const HEAD = {
  engine: 'warp',
  motion: 'absolute',
  smoothing: 0,
  size: 512,
  landmarks: 'face_landmarker',
  identity: ['a.png'],
  input: { width: 640, height: 480, rotation: 0, fps: 30, codec: 'h264' },
  framing: { left: 80, top: 0, side: 480 },
} as const;
const row = (frame: number, more: Partial<ReenactedFrame> = {}): ReenactedFrame => ({
  frame,
  at: (frame * 1000) / 30,
  found: undefined,
  pose: poseOf(facePoints()),
  source: 'held',
  dropped: undefined,
  times: { render: 1.23456 },
  ...more,
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the render report', () => {
  it('is JSON with the framing and a row for every frame', async () => {
    const path = join(folder, 'report.json');
    const report = await RenderReport.create(path, HEAD);
    await report.add(row(0));
    await report.add(row(1, { dropped: 'failed', pose: undefined }));
    await report.finish();
    const read = JSON.parse(await readFile(path, 'utf8'));
    expect(read).toMatchObject(HEAD);
    expect(read.frames).toHaveLength(2);
    expect(read.frames[0]).toMatchObject({ frame: 0, source: 'held', times: { render: 1.23 } });
    expect(read.frames[1]).toMatchObject({ at: 33.333, dropped: 'failed' });
    expect(read.frames[1].drawn).toBeUndefined();
  });

  it('is JSON too when there was not one frame', async () => {
    const path = join(folder, 'report.json');
    const report = await RenderReport.create(path, HEAD);
    await report.finish();
    expect(JSON.parse(await readFile(path, 'utf8')).frames).toEqual([]);
  });

  it('keeps points to an eighth of a pixel', () => {
    const packed = Buffer.from(packPoints(Float32Array.of(0.5, -0.25, 0.1), 512), 'base64');
    expect([0, 2, 4].map((at) => packed.readInt16LE(at) / 8)).toEqual([256, -128, 51.25]);
  });

  it('leaves nothing behind when the work is given up', async () => {
    const report = await RenderReport.create(join(folder, 'report.json'), HEAD);
    await report.add(row(0));
    await report.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  it('says which file it cannot write', async () => {
    const path = join(folder, 'missing', 'report.json');
    await expect(RenderReport.create(path, HEAD)).rejects.toMatchObject({
      code: 'report_failed',
      value: path,
    });
  });
});
