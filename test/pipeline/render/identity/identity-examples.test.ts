import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../../../src/pipeline/picture.ts';
import { FaceCache } from '../../../../src/pipeline/render/identity/face-cache.io.ts';
import {
  type IdentityExamplesPorts,
  loadExamples,
} from '../../../../src/pipeline/render/identity/identity-examples.io.ts';
import { sha256 } from '../../../../src/pipeline/render/identity/identity-id.ts';
import { IdentityStore } from '../../../../src/pipeline/render/identity/identity-store.io.ts';
import { fakeFace } from './fake-face.ts';

const picture: Picture = {
  width: 640,
  height: 480,
  rgba: new Uint8ClampedArray(640 * 480 * 4),
};
const bytes = Uint8Array.of(1, 2, 3);
const file = `${sha256(bytes)}.png`;

let root: string;
let searches: number;
let ports: IdentityExamplesPorts;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'identity-examples-'));
  searches = 0;
  const store = new IdentityStore({ builtInFolder: '', folder: join(root, 'own') });
  await store.add(
    {
      version: 1,
      id: 'ada',
      name: 'Ada',
      consent: { given: true, subject: 'myself', statement: 'It is me.' },
      examples: [{ file, sha256: sha256(bytes) }],
    },
    new Map([[file, bytes]]),
  );
  ports = {
    store,
    faces: new FaceCache(join(root, 'landmarks'), 'face_mesh'),
    decode: async () => picture,
    finder: {
      find: async () => {
        searches++;
        return [fakeFace({ x: 320, y: 220, width: 160 })];
      },
    },
  };
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('the examples of a kept identity', () => {
  it('are square, with the face in them', async () => {
    const [example] = await loadExamples('ada', ports);
    expect(example!.picture.width).toBe(example!.picture.height);
    expect(example!.landmarks.pictureWidth).toBe(example!.picture.width);
    const xs = example!.landmarks.points.filter((_, k) => k % 3 === 0);
    expect(Math.min(...xs)).toBeGreaterThan(0);
    expect(Math.max(...xs)).toBeLessThan(example!.picture.width);
  });

  it('are searched for faces once, not at every loading', async () => {
    const [first] = await loadExamples('ada', ports);
    const [second] = await loadExamples('ada', ports);
    expect(searches).toBe(1);
    const off = second!.landmarks.points.map((x, k) => Math.abs(x - first!.landmarks.points[k]!));
    expect(Math.max(...off)).toBeLessThan(0.01);
  });

  it('fail for an identity that nobody has, or that was changed on disk', async () => {
    await expect(loadExamples('bob', ports)).rejects.toMatchObject({ code: 'unknown_identity' });
    await writeFile(join(root, 'own', 'ada', file), 'something else');
    await expect(loadExamples('ada', ports)).rejects.toMatchObject({ code: 'identity_failed' });
  });

  it('leave nothing behind when the identity is deleted while they are read', async () => {
    const { finder } = ports;
    const deleting = {
      ...ports,
      finder: {
        find: async (searched: Picture) => {
          await ports.store.delete('ada');
          return finder.find(searched);
        },
      },
    };
    await expect(loadExamples('ada', deleting)).rejects.toMatchObject({ code: 'unknown_identity' });
    expect(await ports.faces.read(sha256(bytes))).toBeUndefined();
  });
});
