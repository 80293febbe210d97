import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLandmarkModel } from '../../../src/pipeline/landmark/landmark-model.io.ts';
import { drawFaces } from './drawn-face.ts';
import { toFrame } from './test-frames.ts';

const SHARED = join(import.meta.dirname, '../../../../shared/models');
const full = join(SHARED, 'face_landmarker.task');
const fast = join(SHARED, 'face_landmarker_v2_with_blendshapes.task');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('openLandmarkModel', () => {
  it('uses the embedded model where there is no better one, and tracks with it', async () => {
    const model = await openLandmarkModel({ modelsFolder: folder });
    try {
      expect(model).toMatchObject({ name: 'face_mesh_with_attention', count: 478 });
      const tracker = model.createTracker();
      for (const x of [240, 250, 260, 270]) {
        const picture = drawFaces(480, 480, [{ x, y: 230, width: 170 }]);
        const face = await tracker.track(toFrame(picture), 0);
        expect(face?.presence).toBeGreaterThan(0.9);
        const [nose] = [face!.points[3]!];
        expect(Math.abs(nose - x)).toBeLessThan(6);
      }
      expect(await tracker.track(toFrame(drawFaces(480, 480, [])), 0)).toBeUndefined();
    } finally {
      await model.close();
    }
  });

  it('refuses a named file that is not there', async () => {
    const faceModelPath = join(folder, 'absent.task');
    await expect(openLandmarkModel({ faceModelPath, modelsFolder: folder })).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('absent.task'),
    });
  });

  it('does not fall back silently from a fetched file that is damaged', async () => {
    await writeFile(join(folder, 'face_landmarker.task'), 'half a file');
    await expect(openLandmarkModel({ modelsFolder: folder })).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(join(folder, 'face_landmarker.task')),
    });
  });

  it.skipIf(!existsSync(full))('refuses a known model with one byte changed', async () => {
    const bytes = await readFile(full);
    bytes[1_000_000]! ^= 1;
    const faceModelPath = join(folder, 'changed.task');
    await writeFile(faceModelPath, bytes);
    await expect(openLandmarkModel({ faceModelPath, modelsFolder: folder })).rejects.toMatchObject({
      code: expect.stringMatching(/^model_(checksum|invalid)$/),
      message: expect.stringContaining('changed.task'),
    });
  });

  it.skipIf(!existsSync(full)).each([
    ['face_landmarker', full],
    ['face_landmarker_v2_with_blendshapes', fast],
  ])('gives 478 points and on request blendshapes with %s', async (name, faceModelPath) => {
    for (const blendshapes of [false, true]) {
      const model = await openLandmarkModel(
        { faceModelPath, modelsFolder: folder },
        { blendshapes },
      );
      try {
        expect(model).toMatchObject({ name, count: 478 });
        const picture = drawFaces(480, 480, [{ x: 240, y: 230, width: 170 }]);
        const face = await model.createTracker().track(toFrame(picture), 0);
        expect(face?.points).toHaveLength(478 * 3);
        expect(face?.blendshapes?.length).toBe(blendshapes ? 52 : undefined);
        expect(face?.blendshapes?.every((value) => value >= 0 && value <= 1) ?? true).toBe(true);
      } finally {
        await model.close();
      }
    }
  });
});
