import { UnderstudyError } from '../../../errors.ts';
import type { Picture } from '../../picture.ts';
import type { Example } from '../engine.ts';
import { type EnrolmentPorts, EXAMPLE_SIZE } from './enrolment.ts';
import { checkFaces } from './enrolment-check.ts';
import type { FaceCache } from './face-cache.io.ts';
import { frameExample, frameFace } from './framing.ts';
import { sha256, unknownIdentity } from './identity-id.ts';
import type { IdentityStore } from './identity-store.io.ts';

export interface IdentityExamplesPorts extends Pick<EnrolmentPorts, 'finder' | 'decode'> {
  readonly store: IdentityStore;
  readonly faces: FaceCache;
}

/**
 * Loads what an engine enrols an identity from.
 * @throws UnderstudyError `unknown_identity`, `identity_failed` (with the cause).
 */
export async function loadExamples(id: string, ports: IdentityExamplesPorts): Promise<Example[]> {
  const identity = await ports.store.find(id);
  if (!identity) throw unknownIdentity(id);
  const examples: Example[] = [];
  try {
    for (const index of identity.record.examples.keys())
      examples.push(
        await loadExample(await ports.store.readExample(identity, index), index, ports),
      );
  } catch (cause) {
    throw new UnderstudyError('identity_failed', 'The identity could not be loaded.', {
      value: id,
      cause,
    });
  }
  if (await ports.store.find(id)) return examples;
  // Deleted while it was being read: what this wrote since then must go as well.
  for (const { sha256 } of identity.record.examples) if (sha256) await ports.faces.delete(sha256);
  throw unknownIdentity(id);
}

/** Loads one example: its face is read from the cache, or found and put there. */
export async function loadExample(
  file: Uint8Array,
  index: number,
  { decode, finder, faces }: IdentityExamplesPorts,
): Promise<Example> {
  const hash = sha256(file);
  const picture: Picture = await decode(file);
  let face = await faces.read(hash);
  if (face?.pictureWidth !== picture.width || face.pictureHeight !== picture.height) {
    face = checkFaces(await finder.find(picture), index);
    await faces.write(hash, face);
  }
  return { ...frameExample(picture, face, frameFace(face), EXAMPLE_SIZE), pictureHash: hash };
}
