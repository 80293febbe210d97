import { randomInt } from 'node:crypto';
import type { UnderstudyError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { FrameTurns } from './budget/frame-turns.ts';
import { WorkerLoad } from './budget/worker-load.ts';
import { type Codecs, openCodecs } from './decode/codecs.io.ts';
import { frameBreak } from './frame-break.io.ts';
import { gatherFrames } from './frame-gathering.io.ts';
import { IdentityLoader } from './identity-loader.io.ts';
import type { LandmarkModel } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { SkinTracker } from './landmark/skin/skin-tracker.ts';
import { machineClock, threadCpuTime } from './machine-clock.io.ts';
import { Puppeteer } from './pose/puppeteer.ts';
import type { ReenactmentStages } from './reenactment-stages.ts';
import type { Device } from './render/device/device-choice.ts';
import type { Elsewhere, Renderer } from './render/engine.ts';
import { openEngine } from './render/engines.ts';
import { EnrolledCache } from './render/identity/enrolled-cache.ts';
import type { OpenIdentity } from './wardrobe.ts';
import type { SessionSettings, WorkerReport, WorkerSetup } from './worker-protocol.ts';

/** The real stages of a pipeline worker, shared by its sessions. */
export interface WorkerStages extends ReenactmentStages {
  readonly report: WorkerReport;
  readonly codecs: Codecs;
  /** Identities in memory, in use or not. */
  identities(): readonly string[];
  /** The identity was deleted: it must not come out of the cache any more. */
  forget(identity: string): void;
  /** Ends what the stages share. Sessions must be closed before. */
  close(): Promise<void>;
}

/**
 * Opens codecs, networks and the engine of a worker.
 * @param deviceLost the engine's device failed, and the processor goes on in its place.
 * @throws UnderstudyError, ModelError: what is missing or broken, by name.
 */
export async function openWorkerStages(
  setup: WorkerSetup,
  clock: Clock = machineClock,
  deviceLost?: (error: UnderstudyError) => void,
): Promise<WorkerStages> {
  let device: Device = setup.device ?? 'cpu';
  const lost = (error: UnderstudyError) => {
    device = 'cpu';
    deviceLost?.(error);
  };
  const turns = new FrameTurns();
  const load = new WorkerLoad();
  const { warmSize } = setup;
  const engine = await openEngine(setup.engine, {
    deviceUse: {
      device,
      lost,
      soon: gatherFrames(turns),
      spare: () => frameBreak(turns, load.total(clock())),
      ...(warmSize !== undefined && { warmUp: warmSize }),
    },
  });
  const codecs: Codecs = await openCodecs({ prefer: setup.codecs });
  const model: LandmarkModel = await openLandmarkModel(
    { faceModelPath: setup.faceModel, modelsFolder: setup.modelsFolder },
    { threads: 1 },
  );
  const loader = new IdentityLoader({
    ...setup,
    landmarkModel: model.name,
    memory: engine.memory,
  });
  const cache = new EnrolledCache({
    enrol: (id) => loader.load(id),
    bytes: (enrolled) => engine.bytes(enrolled),
    // A session that cannot be closed is the runtime's to free; nothing waits for it.
    discard: (enrolled) => void engine.discard(enrolled).catch(() => undefined),
    maxBytes: setup.identityCacheBytes,
  });
  if (setup.warmIdentity !== undefined) {
    // Whoever asks for it while it is under way waits for the same enrolment; a failure is theirs.
    cache.lease(setup.warmIdentity).then(
      (lease) => lease.release(),
      () => undefined,
    );
  }

  async function openIdentity(
    id: string,
    settings: SessionSettings,
    elsewhere?: Elsewhere,
  ): Promise<OpenIdentity> {
    const lease = await cache.lease(id);
    const { size, mark } = settings;
    let renderer: Renderer;
    try {
      renderer = await engine.open(lease.enrolled, {
        size,
        mark,
        ...(elsewhere && { elsewhere }),
      });
    } catch (cause) {
      lease.release();
      throw cause;
    }
    return {
      id,
      neutral: engine.neutral(lease.enrolled),
      renderer,
      close: () => {
        renderer.close();
        lease.release();
      },
    };
  }

  return {
    clock,
    cpuTime: threadCpuTime,
    codecs,
    identities: () => cache.ids,
    turns,
    load,
    report: {
      codecBackend: codecs.backend,
      codecs: codecs.codecs,
      faceModel: model.name,
      engine: engine.name,
      device,
    },
    createDecoder: (codec) => codecs.createDecoder(codec),
    createEncoder: (options) => codecs.createEncoder(options),
    createTracker: () => new SkinTracker(model.createTracker()),
    createPosePlayer: (neutral, { motion, smoothing }) =>
      new Puppeteer(neutral, { motion, smoothing, seed: randomInt(2 ** 31) }),
    openIdentity,
    forget: (identity) => cache.forget(identity),
    close: async () => {
      await loader.close();
      cache.clear();
      await engine.close();
      await model.close();
    },
  };
}
