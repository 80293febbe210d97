import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../errors.ts';
import type { CatalogueEntry, IdentityCatalogue } from '../identity-catalogue.ts';
import { idSchema } from '../protocol.ts';
import { deleteToken, isSameSecret } from './delete-token.ts';
import { HttpProblem } from './http-problem.ts';
import { summaryOf } from './identity-summary.ts';
import { NEVER_STORED, REVALIDATE } from './response-headers.ts';

export interface IdentityRoutesOptions {
  readonly identities: IdentityCatalogue;
  /** Makes delete tokens. */
  readonly key: Uint8Array;
  readonly adminToken: string | undefined;
}

/** `/api/identities`: list, picture, delete. */
export function identityRoutes(app: FastifyInstance, options: IdentityRoutesOptions): void {
  const { identities, key } = options;
  app.get('/api/identities', async (_, reply) => {
    reply.header('cache-control', NEVER_STORED);
    return (await identities.list()).map(summaryOf);
  });

  app.get<{ Params: { id: string } }>('/api/identities/:id/picture', async (request, reply) => {
    const entry = await find(identities, request.params.id);
    const picture = await unlessGone(identities.picture(entry.id));
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
    await unlessGone(identities.delete(entry.id));
    return reply.status(204).send();
  });
}

async function find(identities: IdentityCatalogue, id: string): Promise<CatalogueEntry> {
  const entry = idSchema.safeParse(id).success ? await identities.find(id) : undefined;
  if (entry === undefined) throw noIdentity();
  return entry;
}

/** Somebody else may delete it between two steps of a request: nobody's failure. */
async function unlessGone<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'unknown_identity') throw noIdentity();
    throw error;
  }
}

function noIdentity(): HttpProblem {
  return new HttpProblem(404, 'unknown_identity', 'There is no such identity.');
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** The two formats identities are kept in, told apart by their first bytes. */
function pictureType(file: Uint8Array): 'image/png' | 'image/webp' {
  return file[0] === 0x89 ? 'image/png' : 'image/webp';
}
