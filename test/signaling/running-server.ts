import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInvocation } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { Readiness } from '../../src/signaling/http/probe-routes.ts';
import { startServer } from '../../src/signaling/start-server.io.ts';
import { FakeCatalogue } from './fake-catalogue.ts';
import { FakeMedia } from './fake-media.ts';

export interface RunningTestServer extends AsyncDisposable {
  readonly url: string;
  readonly signalingUrl: string;
  readonly media: FakeMedia;
  readonly identities: FakeCatalogue;
  readonly logged: string[];
  readonly data: string;
  readiness: Readiness;
  drain(): Promise<void>;
}

/** The real server on a free loopback port, over fakes; its data folder goes with it. */
export async function runServer(
  argv: readonly string[] = [],
  options: { webFolder?: string } = {},
): Promise<RunningTestServer> {
  const data = await mkdtemp(join(tmpdir(), 'understudy-'));
  const defaults = ['--port', '0', '--data', data, '--no-web'];
  const invocation = readInvocation([...defaults, ...argv], {});
  if (invocation.kind !== 'run') throw new Error('expected a configuration');
  const logged: string[] = [];
  const log = createLog({
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void logged.push(line) },
  });
  const [media, identities] = [new FakeMedia(), new FakeCatalogue()];
  const workers = { ready: 1, wanted: 1 };
  const server = await startServer({
    ...{ config: invocation.config, media, identities, log, ...options },
    metrics: createMetrics({ process: false }),
    admission: undefined,
    readiness: () => running.readiness,
  }).catch(async (error: unknown) => {
    await rm(data, { recursive: true });
    throw error;
  });
  const running: RunningTestServer = {
    ...{ url: server.url, media, identities, logged, data },
    signalingUrl: `${server.url.replace(/^http/, 'ws')}/signaling`,
    readiness: { ready: true, workers, models: { landmarks: 'embedded' }, problems: [] },
    drain: () => server.drain(),
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(data, { recursive: true });
    },
  };
  return running;
}

/** A request that says what `fetch` would not let it say. */
export function rawRequest(
  url: string,
  options: { method?: string; path?: string; headers: Record<string, string> },
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
