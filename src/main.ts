import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Config, readInvocation } from './config.ts';
import { UnderstudyError } from './errors.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { whenNpmEnds } from './npm-start.io.ts';
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
import { startPool } from './pipeline/start-pool.io.ts';
import { StoredIdentities } from './pipeline/stored-identities.ts';
import { forkWorker } from './pipeline/worker-process.io.ts';
import type { WorkerReport, WorkerSetup } from './pipeline/worker-protocol.ts';
import { type RunningServer, startServer } from './signaling/start-server.io.ts';
import { StopRequest } from './stop-request.ts';
import { monotonicClock } from './time.ts';

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
  const known = await store.list();
  const preferred = known.find(({ record }) => record.id === config.defaultIdentity);
  if (config.defaultIdentity !== undefined && preferred === undefined)
    log.warn(
      'there is no identity of the name that --default-identity gives: the first one stands in',
    );
  const standIn = (preferred ?? known[0])?.record.id;
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
  const running = await startPool(
    {
      workers: wanted,
      setup,
      fork: forkWorker,
      clock: machineClock,
      capacity,
      fps: config.fps,
      cores: availableParallelism(),
      mainLoad: eventLoopLoad(),
    },
    log,
    metrics,
  );
  const { pool, report } = running;
  metrics.watchPool(pool);
  const enrolment = new EnrolmentProcess(setup);
  const end = () => {
    enrolment.close();
    running.close();
  };
  try {
    if (standIn !== undefined && config.admission === 'measured') {
      const outputs = preferredCodecs(config, report.codecs).slice(0, 1);
      const settings = { ...sessionSettings(config, standIn), outputs };
      await calibrateCapacity(capacity, { pool, report, settings, dataFolder: config.data, log });
    }
    const identities = new StoredIdentities({
      store,
      enrol: (task, pictures) => enrolment.enrol(task, pictures),
      forgetPictures: (hashes) => forgetDerived(derivedFolder(config.data), hashes),
      today: () => new Date().toISOString(),
      builtInSince: statSync(BUILT_IN_IDENTITIES).mtime.toISOString(),
    });
    const media = new MediaPeers({ config, pool, metrics, log });
    identities.onDeleted((id) => {
      pool.forget(id);
      media.forget(id);
    });
    const server = await startServer({
      config,
      media,
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
    stopWhenAsked(server, end);
  } catch (error) {
    // Workers would keep a server alive that nobody can reach.
    end();
    throw error;
  }
}

/** Sees calls off, and ends the process, when a signal asks for it. */
function stopWhenAsked(server: RunningServer, end: () => void): void {
  const request = new StopRequest();
  const stop = () => {
    const step = request.signal(monotonicClock());
    if (step === 'drain')
      void server.drain().then(() => {
        end();
        // werift keeps sockets of closed connections for a moment; nothing of ours is left to wait for.
        process.exit(0);
      });
    // The drain under way ends with it.
    if (step === 'close') void server.close();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  whenNpmEnds(stop);
}

function startLine(url: string, report: WorkerReport, reason: string, workers: number): string {
  const codecs = `${report.codecs.join('+')} (${report.codecBackend})`;
  return `Understudy at ${url} — engine ${report.engine} on ${report.device} (${reason}), ${codecs}, landmarks ${report.faceModel}, ${workers} worker${workers === 1 ? '' : 's'}`;
}
