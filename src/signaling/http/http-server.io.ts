import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Log } from '../../log.ts';
import type { Milli } from '../../time.ts';
import { TRUSTED_PROXY } from '../client-network.ts';
import { isHostAllowed, type OriginPolicy } from '../origin.ts';
import type { TlsFiles } from '../tls.io.ts';
import { acceptUploads } from './enrolment-upload.ts';
import { answerClientError, answerError, HttpProblem } from './http-problem.ts';
import { SECURITY_HEADERS } from './response-headers.ts';

/** 24 MB of pictures at one megabit a second. */
const MAX_REQUEST_TIME: Milli = 200_000;

export interface HttpServerOptions {
  readonly tls: TlsFiles | undefined;
  readonly policy: OriginPolicy;
  readonly log: Log;
}

/** A Fastify server with what holds for every route; not listening yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { policy, log, tls } = options;
  const app = fastify({
    // For what goes wrong alone; Fastify asks for more of a logger than it uses, ours is pino's own.
    loggerInstance: log.child({}, { level: 'warn' }) as unknown as FastifyBaseLogger,
    // Its request lines carry URLs, and these carry identities: see onResponse below.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: TRUSTED_PROXY,
    // A slow upload does not hold up the server's end.
    forceCloseConnections: true,
    // Nobody holds a place among the uploads by sending them a byte at a time.
    requestTimeout: MAX_REQUEST_TIME,
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError,
    ...(tls !== undefined && { https: { key: tls.key, cert: tls.cert } }),
  }) as unknown as FastifyInstance;

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).headers({
      'cross-origin-resource-policy': policy.allowed.length > 0 ? 'cross-origin' : 'same-origin',
      'x-request-id': request.id,
    });
    if (!isHostAllowed(request.headers.host, policy)) {
      const sentence =
        'This server answers only to names of its own machine; --allowed-origins adds others.';
      throw new HttpProblem(421, 'wrong_host', sentence);
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const fields = {
      reqId: request.id,
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    log.debug(fields, 'request');
  });
  if (policy.allowed.length > 0) {
    await app.register(cors, { origin: [...policy.allowed], methods: ['GET', 'POST', 'DELETE'] });
  }
  await acceptUploads(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    answerError(new HttpProblem(404, 'not_found', 'There is nothing here.'), request, reply),
  );
  return app;
}
