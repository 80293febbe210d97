import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics.ts';
import { NEVER_STORED } from './response-headers.ts';

/** Whether calls can be taken, and what is missing if not. */
export interface Readiness {
  readonly ready: boolean;
  readonly workers: { readonly ready: number; readonly wanted: number };
  /** Networks and codecs in use, such as `{ landmarks: 'face_landmarker', codecs: 'native' }`. */
  readonly models: Readonly<Record<string, string>>;
  /** Sentences; empty when ready. */
  readonly problems: readonly string[];
}

export interface ProbeRoutesOptions {
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
}

/** `/healthz` (the process answers), `/readyz` (it can take calls), `/metrics` (Prometheus). */
export function probeRoutes(app: FastifyInstance, options: ProbeRoutesOptions): void {
  app.get('/healthz', async (_, reply) => {
    reply.header('cache-control', NEVER_STORED);
    return { status: 'ok' };
  });

  app.get('/readyz', async (_, reply) => {
    const { ready, workers, models, problems } = options.readiness();
    reply.header('cache-control', NEVER_STORED).status(ready ? 200 : 503);
    return { ready, workers, models, problems };
  });

  app.get('/metrics', async (_, reply) => {
    const { registry } = options.metrics;
    reply.header('cache-control', NEVER_STORED).type(registry.contentType);
    return registry.metrics();
  });
}
