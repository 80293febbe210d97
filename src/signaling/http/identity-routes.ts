import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../metrics.ts';
import type { Clock } from '../../time.ts';
import { type EnrolResponse, enrolRequestSchema, type IdentitySummary } from '../identity-api.ts';
import {
  type CatalogueEntry,
  EnrolmentRefused,
  type IdentityCatalogue,
} from '../identity-catalogue.ts';
import { idSchema } from '../protocol.ts';
import { deleteToken, isSameSecret } from './delete-token.ts';
import { HttpProblem } from './http-problem.ts';
import { RateLimiter } from './rate-limiter.ts';
import { NEVER_STORED, REVALIDATE } from './response-headers.ts';

/** Bodies that are held in memory at once; a body is up to tens of megabytes. */
const MAX_UPLOADS_AT_ONCE = 4;

export interface IdentityRoutesOptions {
  readonly identities: IdentityCatalogue;
  /** Makes delete tokens. */
  readonly key: Uint8Array;
  readonly adminToken: string | undefined;
  readonly maxUploadBytes: number;
  /** From one address; 0 forbids enrolment. */
  readonly enrolmentsPerMinute: number;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** `/api/identities`: list, enrol, picture, delete. */
export function identityRoutes(app: FastifyInstance, options: IdentityRoutesOptions): void {
  const { identities, key, metrics } = options;
  const limiter = new RateLimiter(options.enrolmentsPerMinute, options.clock);
  let uploads = 0;

  /** Refuses an enrolment before its pictures are taken in. */
  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (options.enrolmentsPerMinute === 0) {
      throw new HttpProblem(403, 'enrolment_off', 'Enrolment is turned off on this server.');
    }
    if (uploads >= MAX_UPLOADS_AT_ONCE) {
      reply.header('retry-after', 1);
      throw new HttpProblem(503, 'busy', 'Others are enrolling just now: try again in a moment.');
    }
    const wait = limiter.take(request.ip);
    if (wait > 0) {
      reply.header('retry-after', Math.ceil(wait / 1000));
      throw new HttpProblem(429, 'too_many_enrolments', 'Too many enrolments: try again later.');
    }
    uploads += 1;
    request.raw.once('close', () => {
      uploads -= 1;
    });
  }

  app.get('/api/identities', async (_, reply) => {
    reply.header('cache-control', NEVER_STORED);
    return (await identities.list()).map(summaryOf);
  });

  app.post(
    '/api/identities',
    { bodyLimit: options.maxUploadBytes, onRequest },
    async (request, reply) => {
      const { pictures, ...identity } = readEnrolment(request.body);
      const files = pictures.map(({ data }) => ({ data: Buffer.from(data, 'base64') }));
      try {
        const entry = await identities.enrol(identity, files);
        metrics.enrolments.inc({ outcome: 'enrolled' });
        const body: EnrolResponse = { ...summaryOf(entry), deleteToken: deleteToken(key, entry) };
        reply.header('cache-control', NEVER_STORED);
        return reply.status(201).send(body);
      } catch (error) {
        const refused = error instanceof EnrolmentRefused;
        metrics.enrolments.inc({ outcome: refused ? error.code : 'internal' });
        if (!refused) throw error;
        const { code, message, picture } = error;
        throw new HttpProblem(422, code, message, { picture, cause: error });
      }
    },
  );

  app.get<{ Params: { id: string } }>('/api/identities/:id/picture', async (request, reply) => {
    const entry = await find(identities, request.params.id);
    const picture = await identities.picture(entry.id);
    if (picture === undefined) throw noIdentity();
    reply.header('cache-control', REVALIDATE);
    return reply.type(pictureType(picture)).send(Buffer.from(picture));
  });

  app.delete<{ Params: { id: string } }>('/api/identities/:id', async (request, reply) => {
    const entry = await find(identities, request.params.id);
    if (entry.builtIn) {
      throw new HttpProblem(403, 'built_in', 'Built-in identities cannot be deleted.');
    }
    const token = bearerOf(request);
    if (token === undefined) {
      reply.header('www-authenticate', 'Bearer');
      const sentence = 'Deleting needs the delete token, as Authorization: Bearer.';
      throw new HttpProblem(401, 'no_token', sentence);
    }
    const { adminToken } = options;
    const isAdmin = adminToken !== undefined && isSameSecret(token, adminToken);
    if (!isAdmin && !isSameSecret(token, deleteToken(key, entry))) {
      throw new HttpProblem(403, 'wrong_token', 'This token does not delete this identity.');
    }
    await identities.delete(entry.id);
    return reply.status(204).send();
  });
}

function readEnrolment(body: unknown) {
  const parsed = enrolRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const picture = path[0] === 'pictures' && typeof path[1] === 'number' ? path[1] : undefined;
  const sentence = `The enrolment is not valid. ${path.join('.')}: ${issue?.message}.`;
  throw new HttpProblem(400, 'invalid_enrolment', sentence, { picture });
}

async function find(identities: IdentityCatalogue, id: string): Promise<CatalogueEntry> {
  const entry = idSchema.safeParse(id).success ? await identities.find(id) : undefined;
  if (entry === undefined) throw noIdentity();
  return entry;
}

function noIdentity(): HttpProblem {
  return new HttpProblem(404, 'unknown_identity', 'There is no such identity.');
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function summaryOf(entry: CatalogueEntry): IdentitySummary {
  // Field by field: whatever else the catalogue's object carries is not for the network.
  const { id, name, builtIn, examples, consent, createdAt } = entry;
  const pictureUrl = `/api/identities/${id}/picture`;
  return { id, name, builtIn, examples, consent, createdAt, pictureUrl };
}

/** The two formats identities are kept in, told apart by their first bytes. */
function pictureType(file: Uint8Array): 'image/png' | 'image/webp' {
  return file[0] === 0x89 ? 'image/png' : 'image/webp';
}
