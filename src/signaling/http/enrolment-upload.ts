import multipart, { type Multipart, type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  ENROLMENT_PARTS,
  type EnrolRequest,
  enrolRequestSchema,
  MAX_PICTURES,
} from '../identity-api.ts';
import type { UploadedPicture } from '../identity-catalogue.ts';
import { HttpProblem } from './http-problem.ts';

/** A name of 64 and a statement of 1000 characters, each at most 12 bytes as escaped JSON, and some keys. */
const MAX_IDENTITY_BYTES = 16_384;
/** Content-Disposition, Content-Type, and what some clients add. */
const MAX_PART_HEADERS = 16;

/** An enrolment's body, of which only the part `identity` has been read yet. */
export interface EnrolmentUpload {
  readonly identity: EnrolRequest;
  /** Read from the network as it is iterated over. @throws HttpProblem for what is not as it should be. */
  readonly pictures: AsyncIterable<UploadedPicture>;
}

/** Lets `app` take multipart bodies, and no others; to be awaited before its routes are made. */
export async function acceptUploads(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(multipart);
}

/**
 * Reads an enrolment's identity, and then its pictures as they are asked for: no picture is ever
 * held whole here.
 * @param maxBytes of all pictures together
 * @throws HttpProblem
 */
export async function readUpload(
  request: FastifyRequest,
  maxBytes: number,
): Promise<EnrolmentUpload> {
  const limits = {
    fieldSize: MAX_IDENTITY_BYTES,
    headerPairs: MAX_PART_HEADERS,
    // Counted below too, where it is said what is too much; these are the parser's own guard.
    fileSize: maxBytes + 1,
    files: MAX_PICTURES + 1,
    parts: MAX_PICTURES + 2,
  };
  const parts = translated(request.parts({ limits }));
  const { value: first } = await parts.next();
  if (!first) throw invalid('The form is empty; its first part is to be the identity.');
  return { identity: readIdentity(first), pictures: picturesOf(parts, maxBytes) };
}

/**
 * Refuses a body that says of itself that it is too long.
 * @throws HttpProblem `too_large`
 */
export function checkLength(request: FastifyRequest, maxBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maxBytes + MAX_IDENTITY_BYTES) throw tooLarge(maxBytes);
}

/**
 * Takes in and forgets what is left of a body whose answer has been decided: a client that is still
 * sending would otherwise see a broken connection instead of the answer.
 */
export function discardRest(request: FastifyRequest): void {
  request.raw.unpipe();
  request.raw.resume();
}

function readIdentity(part: Multipart): EnrolRequest {
  if (part.type !== 'field' || part.fieldname !== ENROLMENT_PARTS.identity) {
    throw invalid(
      `The first part is to be the text field "${ENROLMENT_PARTS.identity}"; it is ${nameOf(part)}.`,
    );
  }
  const parsed = enrolRequestSchema.safeParse(parse(part.value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(
    `${[ENROLMENT_PARTS.identity, ...(issue?.path ?? [])].join('.')}: ${issue?.message}.`,
  );
}

/** A part that called itself JSON was parsed already. */
function parse(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    const sentence = `The part "${ENROLMENT_PARTS.identity}" is not JSON, or longer than ${MAX_IDENTITY_BYTES} bytes.`;
    throw new HttpProblem(400, 'malformed_json', sentence, { cause });
  }
}

async function* picturesOf(
  parts: AsyncIterable<Multipart>,
  maxBytes: number,
): AsyncGenerator<UploadedPicture> {
  let [pictures, bytes] = [0, 0];
  async function* bytesOf({ file }: MultipartFile): AsyncGenerator<Uint8Array> {
    for await (const chunk of translated<Uint8Array>(file)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  }
  for await (const part of parts) {
    if (part.type !== 'file' || part.fieldname !== ENROLMENT_PARTS.picture) {
      throw invalid(
        `After the identity come files named "${ENROLMENT_PARTS.picture}"; there is ${nameOf(part)}.`,
      );
    }
    if (++pictures > MAX_PICTURES) throw invalid(`There are more than ${MAX_PICTURES} pictures.`);
    yield bytesOf(part);
  }
  if (pictures === 0) throw invalid('There are no pictures.');
}

/** What the parser throws, in our words: whatever it cannot read is the client's slip, or its leaving. */
async function* translated<T>(source: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  try {
    yield* source;
  } catch (cause) {
    throw new HttpProblem(400, 'malformed_form', 'The form is cut short or damaged.', { cause });
  }
}

/** @returns what a client called it, in a form fit for a sentence. */
function nameOf(part: Multipart): string {
  return `the ${part.type === 'file' ? 'file' : 'text field'} ${JSON.stringify(part.fieldname.slice(0, 64))}`;
}

function invalid(sentence: string): HttpProblem {
  return new HttpProblem(400, 'invalid_enrolment', `The enrolment is not valid. ${sentence}`);
}

function tooLarge(maxBytes: number): HttpProblem {
  const sentence = `The pictures are larger than ${maxBytes / 1e6} MB together. Send fewer or smaller ones.`;
  return new HttpProblem(413, 'too_large', sentence);
}
