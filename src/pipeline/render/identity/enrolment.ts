import type { FaceFinder } from '../../landmark/face-tracker.ts';
import type { Picture, Px } from '../../picture.ts';
import { type Example, MAX_EXAMPLES } from '../engine.ts';
import { checkFaces, EnrolmentError, unreadable } from './enrolment-check.ts';
import { frameExample, frameFace } from './framing.ts';
import { identityId, sha256 } from './identity-id.ts';
import type { IdentityConsent, IdentityRecord } from './identity-record.ts';

/** Side of the pictures that identities are kept as: the largest output there is. */
export const EXAMPLE_SIZE: Px = 512;

export interface EnrolmentPorts {
  readonly finder: FaceFinder;
  decode(file: Uint8Array): Promise<Picture>;
  encode(picture: Picture): Promise<Uint8Array>;
}

export interface EnrolmentRequest {
  readonly name: string;
  readonly consent: IdentityConsent;
  readonly createdAt: string;
  /** JPEG, PNG or WebP files, as uploaded. */
  readonly pictures: readonly Uint8Array[];
}

/** An identity that was made and is not yet kept. */
export interface EnrolledIdentity {
  readonly record: IdentityRecord;
  /** By file name; framed, upright PNGs without any metadata of the uploaded files. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Uploaded pictures → an identity. Only the framed square of each is kept.
 * @throws EnrolmentError, which says which picture was at fault.
 */
export async function enrolPictures(
  request: EnrolmentRequest,
  ports: EnrolmentPorts,
): Promise<EnrolledIdentity> {
  const { pictures, name, consent, createdAt } = request;
  if (pictures.length === 0)
    throw new EnrolmentError('no_pictures', 'An identity needs at least one picture.');
  if (pictures.length > MAX_EXAMPLES) {
    throw new EnrolmentError(
      'too_many_pictures',
      `An identity takes at most ${MAX_EXAMPLES} pictures; these are ${pictures.length}.`,
      { value: pictures.length, valid: MAX_EXAMPLES },
    );
  }
  const files = new Map<string, Uint8Array>();
  const examples: { file: string; sha256: string }[] = [];
  for (const [index, file] of pictures.entries()) {
    const { picture } = await exampleOf(file, index, ports);
    const bytes = await ports.encode(picture);
    const hash = sha256(bytes);
    if (files.has(`${hash}.png`)) continue; // the same picture twice says nothing new
    files.set(`${hash}.png`, bytes);
    examples.push({ file: `${hash}.png`, sha256: hash });
  }
  const id = identityId(name, [...files.keys()]);
  return { record: { version: 1, id, name, createdAt, consent, examples }, files };
}

/**
 * One picture file → one example, framed.
 * @throws EnrolmentError with `picture` set to `index`.
 */
async function exampleOf(
  file: Uint8Array,
  index: number,
  { finder, decode }: Pick<EnrolmentPorts, 'finder' | 'decode'>,
): Promise<Example> {
  const picture = await decode(file).catch((cause) => {
    throw unreadable(index, cause);
  });
  const face = checkFaces(await finder.find(picture), index);
  return frameExample(picture, face, frameFace(face), EXAMPLE_SIZE);
}
