import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Config, readInvocation } from './config.ts';
import { UnderstudyError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { CapacityModel } from './pipeline/budget/capacity-model.ts';
import { calibrateCapacity } from './pipeline/calibrated-capacity.io.ts';
import { EnrolmentProcess } from './pipeline/enrolment-process.io.ts';
import { eventLoopLoad } from './pipeline/event-loop-load.io.ts';
import { BUILT_IN_IDENTITIES, derivedFolder, identitiesFolder } from './pipeline/folders.ts';
import { machineClock } from './pipeline/machine-clock.io.ts';
import { MediaPeers } from './pipeline/media-peers.io.ts';
import { tryDevice } from './pipeline/render/device/device-trial.io.ts';
import { engineDevice } from './pipeline/render/engines.ts';
import { forgetDerived } from './pipeline/render/identity/derived-files.io.ts';
import { IdentityStore } from './pipeline/render/identity/identity-store.io.ts';
import { frameBudgetOf, preferredCodecs, sessionSettings } from './pipeline/session-settings.ts';
import { StoredIdentities } from './pipeline/stored-identities.ts';
import { WorkerPool } from './pipeline/worker-pool.ts';
import { forkWorker } from './pipeline/worker-process.io.ts';
import type { WorkerReport, WorkerSetup } from './pipeline/worker-protocol.ts';
import { startServer } from './signaling/start-server.io.ts';
import { StopRequest } from './stop-request.ts';
import { monotonicClock } from './time.ts';

/** Workers are watched four times a second: a dead or silent one is replaced within that. */
const SUPERVISION_INTERVAL = 250;

try {
  const invocation = readInvocation(process.argv.slice(2), process.env);
  if (invocation.kind === 'help') console.log(invocation.text);
  else await run(invocation.config);
} catch (error) {
  console.error(error instanceof UnderstudyError ? error.message : error);
  process.exitCode = 1;
}

async function run(config: Config): Promise<void> {
  const text = config.logFormat === 'auto' ? process.stdout.isTTY : config.logFormat === 'text';
  const log = createLog({
    level: config.logLevel,
    format: text ? 'text' : 'json',
    destination: process.stdout,
  });
  const metrics = createMetrics({ process: true });
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(config.data),
    onUnusable: (_, cause) => log.warn({ err: cause }, 'an identity on disk cannot be used'),
  });
  await store.recover();
  const standIn = config.defaultIdentity ?? (await store.list())[0]?.record.id;
  const { device, reason } = await engineDevice(config.engine, config.device, tryDevice);
  log.info({ device, reason }, 'device of the engine');
  const setup: WorkerSetup = {
    dataFolder: config.data,
    modelsFolder: config.models,
    ...(config.faceModel === undefined ? {} : { faceModel: config.faceModel }),
    codecs: config.codecBackend,
    engine: config.engine,
    device,
    warmSize: config.size,
    identityCacheBytes: config.identityCache,
    ...(standIn === undefined ? {} : { warmIdentity: standIn }),
  };
  // The main process has its own core's worth of work: signaling, RTP and SRTP.
  const wanted =
    config.workers === 'auto' ? Math.max(1, availableParallelism() - 1) : config.workers;
  const capacity = new CapacityModel({ fps: config.fps, budget: frameBudgetOf(config) });
  const mainLoad = eventLoopLoad();
  const { pool, report } = await startPool(
    {
      workers: wanted,
      setup,
      fork: forkWorker,
      clock: machineClock,
      capacity,
      fps: config.fps,
      cores: availableParallelism(),
      mainLoad,
    },
    log,
    metrics,
  );
  if (standIn !== undefined && config.admission === 'measured') {
    const outputs = preferredCodecs(config, report.codecs).slice(0, 1);
    const settings = { ...sessionSettings(config, standIn), outputs };
    await calibrateCapacity(capacity, { pool, report, settings, dataFolder: config.data, log });
  }
  metrics.watchPool(pool);
  const supervising = setInterval(() => {
    pool.tick();
    mainLoad();
    metrics.workers.set({ state: 'ready' }, pool.readyWorkers);
    metrics.workers.set({ state: 'starting' }, wanted - pool.readyWorkers);
  }, SUPERVISION_INTERVAL);
  const enrolment = new EnrolmentProcess(setup);
  const identities = new StoredIdentities({
    store,
    enrol: (task, pictures) => enrolment.enrol(task, pictures),
    forgetPictures: (hashes) => forgetDerived(derivedFolder(config.data), hashes),
    today: () => new Date().toISOString(),
    builtInSince: statSync(BUILT_IN_IDENTITIES).mtime.toISOString(),
  });
  identities.onDeleted((id) => pool.forget(id));

  const server = await startServer({
    config,
    media: new MediaPeers({ config, pool, metrics, log }),
    admission: pool,
    identities,
    readiness: () => ({
      ready: pool.readyWorkers > 0,
      workers: { ready: pool.readyWorkers, wanted },
      models: { landmarks: report.faceModel, codecs: report.codecBackend, engine: report.engine },
      problems: pool.readyWorkers > 0 ? [] : ['No pipeline worker is ready.'],
    }),
    metrics,
    log,
  });
  console.log(startLine(server.url, report, reason, wanted));

  const request = new StopRequest();
  const end = () => {
    clearInterval(supervising);
    enrolment.close();
    pool.close();
    // werift keeps sockets of closed connections for a moment; nothing of ours is left to wait for.
    process.exit(0);
  };
  const stop = () => {
    const step = request.signal(monotonicClock());
    if (step === 'drain') void server.drain().then(end);
    // The drain under way ends with it.
    if (step === 'close') void server.close();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** @returns the pool once its first worker is ready. @throws what no worker can start without. */
async function startPool(
  options: Omit<ConstructorParameters<typeof WorkerPool>[0], 'events'>,
  log: Log,
  metrics: ReturnType<typeof createMetrics>,
): Promise<{ pool: WorkerPool; report: WorkerReport }> {
  return new Promise((resolve, reject) => {
    let started = false;
    const pool: WorkerPool = new WorkerPool({
      ...options,
      events: {
        ready: (report) => {
          started = true;
          resolve({ pool, report });
        },
        lost: (reason, pid) => {
          metrics.workerRestarts.inc();
          log.error({ pid: pid ?? 0, reason }, 'a pipeline worker was lost and is replaced');
        },
        moved: (session) => {
          metrics.sessionMoves.inc();
          log.info({ participant: session }, 'a session moves to a worker that has more time');
        },
        deviceLost: (error) => {
          metrics.deviceLosses.inc();
          log.error(
            { code: error.code, reason: error.message },
            'the device failed: a pipeline worker goes on with the processor',
          );
        },
        unusable: (error) => {
          log.error({ code: error.code }, 'a pipeline worker cannot run');
          if (started) return;
          pool.close();
          reject(new UnderstudyError(error.code, error.message));
        },
      },
    });
  });
}

function startLine(url: string, report: WorkerReport, reason: string, workers: number): string {
  const codecs = `${report.codecs.join('+')} (${report.codecBackend})`;
  return `Understudy at ${url} — engine ${report.engine} on ${report.device} (${reason}), ${codecs}, landmarks ${report.faceModel}, ${workers} worker${workers === 1 ? '' : 's'}`;
}
