import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import { UnderstudyError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { monotonicClock } from '../time.ts';
import type { Admission } from './admission.ts';
import type { ConnectionLimits } from './connection.ts';
import type { ConnectionBoundsOptions } from './connection-bounds.ts';
import { enrolmentRoute } from './http/enrolment-route.ts';
import { createHttpServer } from './http/http-server.io.ts';
import { identityRoutes } from './http/identity-routes.ts';
import { probeRoutes, type Readiness } from './http/probe-routes.ts';
import { serveWebApp } from './http/web-app.io.ts';
import type { IdentityCatalogue } from './identity-catalogue.ts';
import type { MediaPeerFactory } from './media-peer.ts';
import { isLoopbackName } from './origin.ts';
import { loadSecretKey } from './secret-key.io.ts';
import { SignalingServer, TICK_INTERVAL } from './signaling-server.ts';
import { loadTls } from './tls.io.ts';
import { iceServersFor } from './turn-credentials.ts';
import { WebSocketEndpoint } from './websocket.io.ts';

const WEB_FOLDER = fileURLToPath(new URL('../../build/web', import.meta.url));

/** Three chances to be heard before the timeout. */
const PINGS_PER_TIMEOUT = 3;

export interface ServerParts {
  readonly config: Config;
  readonly media: MediaPeerFactory;
  /** Says whom the machine can carry; undefined: everybody. */
  readonly admission: Admission | undefined;
  readonly identities: IdentityCatalogue;
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
  readonly log: Log;
  /** The built web app; by default build/web of this project. */
  readonly webFolder?: string;
}

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes nobody in any more, waits for calls to end or for the grace, then closes. */
  drain(): Promise<void>;
  /** Ends every session and stops listening. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts HTTP, the web app and signaling on one port.
 * @throws UnderstudyError `port_in_use`, `cannot_listen`, `tls_unreadable`, `tls_mismatch`,
 *   `secret_unreadable`.
 */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, identities, metrics, log } = parts;
  const policy = { allowed: config.allowedOrigins, loopback: isLoopbackName(config.host) };
  const tls = await loadTls(config, Date.now());
  const onRefusal = (code: string) => metrics.signalingErrors.inc({ code });
  const signaling = new SignalingServer({
    limits: config,
    line: {
      admission: config.admission === 'open' ? undefined : parts.admission,
      length: config.whenFull === 'queue' ? config.queueLength : 0,
      patience: config.queueTimeout,
    },
    connection: connectionLimits(config),
    motion: config.motion,
    smoothing: config.smoothing,
    resumeWindow: config.resumeWindow,
    defaultIdentity: config.defaultIdentity,
    media: parts.media,
    identities,
    iceServers: (participant) => iceServersFor(participant, config, Date.now()),
    randomId: randomUUID,
    onRefusal,
    log,
    clock: monotonicClock,
  });
  metrics.watchSignaling(() => signaling.counts);
  let draining = false;

  const app = await createHttpServer({ tls, policy, log });
  probeRoutes(app, {
    readiness: () => (draining ? drainingReadiness(parts.readiness()) : parts.readiness()),
    metrics,
  });
  const key = await loadSecretKey(config.data, 'delete-tokens.key');
  identityRoutes(app, { identities, key, adminToken: config.adminToken });
  enrolmentRoute(app, {
    identities,
    key,
    maxUploadBytes: config.maxUpload,
    enrolmentsPerMinute: config.enrolmentsPerMinute,
    policy,
    metrics,
    clock: monotonicClock,
  });
  if (config.web && !(await serveWebApp(app, parts.webFolder ?? WEB_FOLDER))) {
    log.warn('the web app is not built: run npm run build');
  }
  const endpoint = new WebSocketEndpoint(app.server, {
    policy,
    bounds: connectionBounds(config),
    onRefusal,
    accept: (socket) => signaling.accept(socket),
    log,
  });
  const forget = identities.onDeleted((identity) => signaling.identityDeleted(identity));
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    forget();
    throw cannotListen(config, cause);
  }
  const ticking = setInterval(() => signaling.tick(), TICK_INTERVAL);
  let closing: Promise<void> | undefined;

  async function stop(): Promise<void> {
    forget();
    clearInterval(ticking);
    // Nobody new from here on, while the present ones are seen off.
    const closed = app.close();
    await signaling.close();
    await endpoint.close();
    await closed;
  }
  function close(): Promise<void> {
    closing ??= stop();
    return closing;
  }
  return {
    url: urlOf(app.server.address() as AddressInfo, tls !== undefined),
    close,
    async drain() {
      draining = true;
      const { participants } = signaling.counts;
      log.info(
        { graceMs: config.drainGrace, participants },
        participants > 0 ? 'draining: a second signal ends the calls at once' : 'draining',
      );
      await signaling.drain(config.drainGrace);
      await close();
    },
  };
}

function connectionLimits(config: Config): ConnectionLimits {
  return {
    idleTimeout: config.idleTimeout,
    pingInterval: config.idleTimeout / PINGS_PER_TIMEOUT,
    messages: { burst: 2 * config.maxMessagesPerSecond, perSecond: config.maxMessagesPerSecond },
    candidates: {
      burst: config.maxCandidatesPerMinute,
      perSecond: config.maxCandidatesPerMinute / 60,
    },
  };
}

function connectionBounds({
  maxSessions,
  maxConnectionsPerAddress,
}: Config): ConnectionBoundsOptions {
  // Some who come or go, or wait in a lobby, beside those who have a place.
  const max = 2 * maxSessions + 16;
  // Half is more than there are places: an office behind one address may take all of them.
  const maxPerNetwork = maxConnectionsPerAddress === 'auto' ? max / 2 : maxConnectionsPerAddress;
  return { max, maxPerNetwork };
}

function drainingReadiness(readiness: Readiness): Readiness {
  return { ...readiness, ready: false, problems: [...readiness.problems, 'The server drains.'] };
}

function urlOf({ address, family, port }: AddressInfo, secure: boolean): string {
  const host = family === 'IPv6' ? `[${address}]` : address;
  return `${secure ? 'https' : 'http'}://${host}:${port}`;
}

function cannotListen(config: Config, cause: unknown): UnderstudyError {
  const { host, port } = config;
  const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  return inUse
    ? new UnderstudyError(
        'port_in_use',
        `Port ${port} of ${host} is in use: stop the other program, or choose another with --port.`,
        { value: port, cause },
      )
    : new UnderstudyError('cannot_listen', `Cannot listen on ${host}, port ${port}.`, {
        value: { host, port },
        cause,
      });
}
