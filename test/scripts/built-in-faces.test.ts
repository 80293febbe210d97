import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type BuiltInFace, findBuiltInFaces } from '../../scripts/built-in-faces.ts';
import { BUILT_IN_FACES } from '../../src/pipeline/folders.ts';
import { FaceCache } from '../../src/pipeline/render/identity/face-cache.io.ts';

/** Another processor rounds otherwise; a picture that was changed is off by pixels. */
const TOLERANCE_PX = 0.1;
/** At the edges of a mask, where a rounded logit tells most. */
const TOLERANCE_CELLS = 100;
/** Sixty pictures on a busy machine. */
const TIME_LIMIT = 240_000;

it(
  'the faces that are shipped beside the built-in pictures are those that are found in them (else: node scripts/built-in-faces.ts)',
  async () => {
    const found: BuiltInFace[] = [];
    for await (const face of findBuiltInFaces()) found.push(face);
    expect(found.length).toBeGreaterThan(24);
    for (const { picture, sha256, model, face } of found) {
      const shipped = await new FaceCache(BUILT_IN_FACES, model).read(sha256);
      expect(shipped?.count, picture).toBe(face.count);
      const off = face.points.map((value, k) => Math.abs(value - (shipped?.points[k] ?? 0)));
      expect(Math.max(...off), picture).toBeLessThan(TOLERANCE_PX);
      const cells = shipped?.person?.cells;
      const changed = face.person?.cells.filter((cell, k) => Math.abs(cell - cells![k]!) > 8);
      expect(changed!.length, picture).toBeLessThan(TOLERANCE_CELLS);
    }
    expect((await readdir(BUILT_IN_FACES)).length).toBe(found.length);
  },
  TIME_LIMIT,
);
