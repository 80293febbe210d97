import { readFile } from 'node:fs/promises';
import { UnderstudyError } from '../errors.ts';
import {
  BUILT_IN_FACES,
  BUILT_IN_IDENTITIES,
  derivedFolder,
  identitiesFolder,
} from '../pipeline/folders.ts';
import type { FaceFinder } from '../pipeline/landmark/face-tracker.ts';
import type { Example } from '../pipeline/render/engine.ts';
import { EXAMPLE_SIZE } from '../pipeline/render/identity/enrolment.ts';
import { checkFaces, unreadable } from '../pipeline/render/identity/enrolment-check.ts';
import { FaceCache } from '../pipeline/render/identity/face-cache.io.ts';
import { type Framing, frameExample, frameFace } from '../pipeline/render/identity/framing.ts';
import { loadExamples } from '../pipeline/render/identity/identity-examples.io.ts';
import { isIdentityId } from '../pipeline/render/identity/identity-id.ts';
import { IdentityStore } from '../pipeline/render/identity/identity-store.io.ts';
import { decodePicture } from '../pipeline/render/identity/picture-file.io.ts';

export interface CommandIdentity {
  readonly examples: readonly Example[];
  /** Where the first picture was cut from its file, and that file's size; undefined for an identity by id. */
  readonly cut?: { readonly framing: Framing; readonly width: number; readonly height: number };
}

async function readPicture(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnderstudyError('identity_unreadable', `${path} cannot be read.`, {
      value: path,
      cause,
    });
  }
}

/**
 * What the `--identity` arguments name: picture files, or the id of one kept identity.
 * @throws UnderstudyError `identity_unreadable`, `unknown_identity`, and what enrolment refuses.
 */
export async function openCommandIdentity(
  names: readonly string[],
  { finder, model, data }: { finder: FaceFinder; model: string; data: string },
): Promise<CommandIdentity> {
  const files = await Promise.all(names.map(readPicture));
  const [only] = names;
  if (names.length === 1 && files[0] === undefined && only !== undefined && isIdentityId(only)) {
    const store = new IdentityStore({
      builtInFolder: BUILT_IN_IDENTITIES,
      folder: identitiesFolder(data),
    });
    const faces = new FaceCache(derivedFolder(data), model, BUILT_IN_FACES);
    const examples = await loadExamples(only, { store, faces, finder, decode: decodePicture });
    return { examples };
  }
  const examples: Example[] = [];
  let cut: CommandIdentity['cut'];
  for (const [index, file] of files.entries()) {
    if (file === undefined) {
      throw new UnderstudyError('identity_unreadable', `There is no picture ${names[index]}.`, {
        value: names[index],
      });
    }
    const picture = await decodePicture(file).catch((cause) => {
      throw unreadable(index, cause);
    });
    const face = checkFaces(await finder.find(picture), index);
    const framing = frameFace(face);
    examples.push(frameExample(picture, face, framing, EXAMPLE_SIZE));
    cut ??= { framing, width: picture.width, height: picture.height };
  }
  return { examples, ...(cut && { cut }) };
}
