import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../metrics.ts';
import type { Clock } from '../../time.ts';
import { clientNetwork } from '../client-network.ts';
import type { EnrolResponse } from '../identity-api.ts';
import {
  EnrolmentPostponed,
  EnrolmentRefused,
  type IdentityCatalogue,
} from '../identity-catalogue.ts';
import { isOriginAllowed, type OriginPolicy } from '../origin.ts';
import { deleteToken } from './delete-token.ts';
import { checkLength, discardRest, readUpload } from './enrolment-upload.ts';
import { HttpProblem, toProblem } from './http-problem.ts';
import { summaryOf } from './identity-summary.ts';
import { RateLimiter } from './rate-limiter.ts';
import { NEVER_STORED } from './response-headers.ts';

/** Uploads that are taken in at once: each may hold its pictures in the enrolment worker's memory. */
const MAX_UPLOADS_AT_ONCE = 4;
/** By what its own programs are counted, and who comes through a proxy on it that does not say for whom it asks. */
const THIS_MACHINE = 'this machine';
/** Of these from one client: whoever sends slowly, and again, would otherwise keep everybody else from enrolling. */
const MAX_UPLOADS_OF_ONE = 2;
/** After which a client whose enrolment could not be seen through is asked to try again. */
const RETRY_AFTER_S = 10;

export interface EnrolmentRouteOptions {
  readonly identities: IdentityCatalogue;
  /** Makes delete tokens. */
  readonly key: Uint8Array;
  /** Of all pictures of one enrolment together. */
  readonly maxUploadBytes: number;
  /** From one client's network; 0 forbids enrolment. */
  readonly enrolmentsPerMinute: number;
  readonly policy: OriginPolicy;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** `POST /api/identities`. The app must accept uploads. */
export function enrolmentRoute(app: FastifyInstance, options: EnrolmentRouteOptions): void {
  const { identities, key, metrics, maxUploadBytes } = options;
  const limiter = new RateLimiter(options.enrolmentsPerMinute, options.clock);
  /** The network of whoever sends it, of each upload that is being taken in. */
  const uploads: string[] = [];

  /** Refuses an enrolment before its pictures are taken in. */
  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (options.enrolmentsPerMinute === 0) {
      throw new HttpProblem(403, 'enrolment_off', 'Enrolment is turned off on this server.');
    }
    // Browsers let any page post a form, without asking whether it may.
    if (!isOriginAllowed(request.headers.origin, request.headers.host, options.policy)) {
      const sentence =
        'Pages of this origin may not enrol; --allowed-origins lists those that may.';
      throw new HttpProblem(403, 'origin_not_allowed', sentence);
    }
    checkLength(request, maxUploadBytes);
    const client = clientNetwork(request.raw) ?? THIS_MACHINE;
    const own = uploads.filter((network) => network === client).length;
    if (uploads.length >= MAX_UPLOADS_AT_ONCE || own >= MAX_UPLOADS_OF_ONE) {
      reply.header('retry-after', 1);
      throw new HttpProblem(503, 'busy', 'Others are enrolling just now: try again in a moment.');
    }
    const wait = limiter.take(client);
    if (wait > 0) {
      reply.header('retry-after', Math.ceil(wait / 1000));
      throw new HttpProblem(429, 'too_many_enrolments', 'Too many enrolments: try again later.');
    }
    uploads.push(client);
    reply.raw.once('close', () => {
      uploads.splice(uploads.indexOf(client), 1);
    });
  }

  app.post('/api/identities', { onRequest }, async (request, reply) => {
    try {
      const { identity, pictures } = await readUpload(request, maxUploadBytes);
      const entry = await identities.enrol(identity, pictures);
      metrics.enrolments.inc({ outcome: 'enrolled' });
      const body: EnrolResponse = { ...summaryOf(entry), deleteToken: deleteToken(key, entry) };
      reply.header('cache-control', NEVER_STORED);
      return reply.status(201).send(body);
    } catch (error) {
      discardRest(request);
      const problem = problemOf(error);
      metrics.enrolments.inc({ outcome: problem.code });
      if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_S);
      throw problem;
    }
  });
}

function problemOf(error: unknown): HttpProblem {
  if (error instanceof EnrolmentRefused) {
    const { code, message, picture } = error;
    return new HttpProblem(422, code, message, { picture, cause: error });
  }
  if (error instanceof EnrolmentPostponed) {
    return new HttpProblem(503, error.code, error.message, { cause: error });
  }
  return toProblem(error);
}
