import type { WorkerProcessEvents } from '../../src/pipeline/worker-process.io.ts';
import type {
  FromWorker,
  ToWorker,
  WorkerLoadReport,
  WorkerReport,
  WorkerSetup,
} from '../../src/pipeline/worker-protocol.ts';

export const WORKER_SETUP: WorkerSetup = {
  dataFolder: '/nowhere',
  modelsFolder: '/nowhere',
  codecs: 'wasm',
  engine: 'warp',
  identityCacheBytes: 1,
};

export const WORKER_REPORT: WorkerReport = {
  codecBackend: 'fake',
  codecs: ['vp8'],
  faceModel: 'fake',
  engine: 'warp',
  device: 'cpu',
};

/** A worker process played by hand: answers nothing unless told to. */
export class FakeWorkerProcess {
  readonly heard: ToWorker[] = [];
  killed = false;
  obedient = true;
  load: WorkerLoadReport = {
    busy: 0,
    sessions: [],
    uncounted: { thread: 0, process: 0 },
    identities: [],
    memoryBytes: 0,
  };
  readonly pid: number;
  readonly #events: WorkerProcessEvents;

  constructor(pid: number, events: WorkerProcessEvents) {
    this.pid = pid;
    this.#events = events;
  }

  send(message: ToWorker) {
    this.heard.push(message);
    if (!this.obedient) return;
    if (message.type === 'open') this.say({ type: 'opened', session: message.session });
    if (message.type === 'ping') this.say({ type: 'pong', at: message.at, load: this.load });
    if (message.type === 'identity')
      this.say({ type: 'identity-switched', session: message.session, request: message.request });
  }

  kill() {
    this.killed = true;
    this.die('signal SIGKILL');
  }

  say(message: FromWorker) {
    queueMicrotask(() => this.#events.message(message));
  }

  die(reason: string) {
    this.#events.exit(reason);
  }

  types(type: ToWorker['type']) {
    return this.heard.filter((message) => message.type === type);
  }
}

/** Resolves when what processes said was heard. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
