import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import type { Check } from './finding.ts';

/** Whether the server could start as it is configured. */
export function serverChecks(config: Pick<Config, 'data' | 'host' | 'port'>): readonly Check[] {
  return [
    {
      name: 'Data folder',
      async run() {
        const existing = await nearestFolder(config.data);
        const found = existing === config.data ? config.data : `${config.data}, made when needed`;
        try {
          const probe = await mkdtemp(join(existing, '.doctor-'));
          await rm(probe, { recursive: true });
          return { status: 'ok', found };
        } catch (cause) {
          return {
            status: 'fail',
            found: `${config.data} cannot be written (${codeOf(cause)})`,
            advice: 'Give this user the right to write there, or name another: --data <folder>.',
          };
        }
      },
    },
    {
      name: 'Port',
      async run() {
        const { host, port } = config;
        const failure = await listenOnce(host, port);
        if (failure === undefined) {
          return {
            status: 'ok',
            found: port === 0 ? `any free one of ${host}` : `${host}:${port} is free`,
          };
        }
        const advice =
          failure === 'EADDRINUSE'
            ? 'Stop what listens there (perhaps a running server), or name another: --port <number>.'
            : 'Name an address of this machine and a port that this user may open: --host, --port.';
        return { status: 'fail', found: `${host}:${port} cannot be opened (${failure})`, advice };
      },
    },
  ];
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' && dirname(path) !== path) return nearestFolder(dirname(path));
  }
  return path;
}

/** @returns the system's error code where the port cannot be opened. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
