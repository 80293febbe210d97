import type { PoolSession } from '../../src/pipeline/pool-session.ts';
import type { FromWorker, ToWorker } from '../../src/pipeline/worker-protocol.ts';
import { settings } from './fake-stages.ts';
import { type FakeWorkerProcess, settle } from './fake-worker-process.ts';
import { listener, playedPool } from './played-pool.ts';

type Load = { readonly identity: string; readonly answer: FromWorker };

/** A worker process that makes one identity ready a second, in order, and dies of some; frames of a session "stuck" hang it. */
class LoadingWorker {
  readonly process: FakeWorkerProcess;
  readonly #loads: Load[] = [];
  readonly #suspects = new Set<string>();
  #hangs = false;
  #heard = 0;

  constructor(process: FakeWorkerProcess) {
    this.process = process;
    process.obedient = false;
  }

  /** @returns whether it died of an identity in `killers`, or of a frame of a session in `killers`. */
  second(killers: ReadonlySet<string>): boolean {
    if (this.#hangs) return false;
    const heard = this.process.heard.slice(this.#heard);
    this.#heard = this.process.heard.length;
    for (const message of heard) {
      this.#take(message);
      if (message.type === 'frame' && this.#breaksOf(message.session, killers)) return true;
      if (this.#hangs) return false;
    }
    const identity = this.#loads[0]?.identity;
    if (identity === undefined) return false;
    if (killers.has(identity)) return true;
    // All who wait for it share one loading.
    for (const load of this.#loads.filter((each) => each.identity === identity)) {
      this.process.say(load.answer);
      this.#loads.splice(this.#loads.indexOf(load), 1);
    }
    return false;
  }

  /** Works on a frame, and says so of a session that is suspect. */
  #breaksOf(session: string, killers: ReadonlySet<string>): boolean {
    if (this.#suspects.has(session)) this.process.say({ type: 'working', session, working: true });
    this.#hangs = session === 'stuck' && killers.has(session);
    if (killers.has(session)) return !this.#hangs;
    if (this.#suspects.has(session)) this.process.say({ type: 'working', session, working: false });
    return false;
  }

  #take(message: ToWorker): void {
    const { process } = this;
    if (message.type === 'ping') process.say({ type: 'pong', at: message.at, load: process.load });
    if (message.type === 'open') {
      const { session, settings } = message;
      if (settings.suspect) this.#suspects.add(session);
      this.#loads.push({ identity: settings.identity, answer: { type: 'opened', session } });
    }
    if (message.type === 'identity') {
      const { session, identity, request } = message;
      this.#loads.push({ identity, answer: { type: 'identity-switched', session, request } });
    }
  }
}

/** A pool whose workers take their time to make identities ready, and die of those, and of frames of sessions, in `killers`. */
export function loadingPool(workers: number, killers: ReadonlySet<string>) {
  const { pool, processes, ready, pass, moved } = playedPool(workers);
  const living = new Map<FakeWorkerProcess, LoadingWorker>();
  let deaths = 0;

  /** Time goes by; sessions in `filmed` send a frame each second. */
  async function seconds(count: number, filmed: readonly PoolSession[] = []) {
    for (let second = 0; second < count; second++) {
      for (const session of filmed)
        session.push({ frame: 1, codec: 'vp8', data: new Uint8Array(1), keyframe: true }, 0);
      for (const [process, worker] of living) {
        if (!worker.second(killers)) continue;
        await settle();
        deaths++;
        living.delete(process);
        process.die('signal SIGSEGV');
      }
      await pass(1);
      for (const process of living.keys()) if (process.killed && living.delete(process)) deaths++;
      for (const [index, process] of processes.entries()) {
        if (living.has(process) || process.heard.length > 1) continue;
        living.set(process, new LoadingWorker(process));
        await ready(index);
      }
    }
  }

  /** Asks for a session, and keeps what becomes of it. */
  function join(id: string, identity: string) {
    const { said, events } = listener();
    const joined = { said, outcome: 'waiting', session: undefined as PoolSession | undefined };
    pool.open(id, { ...settings, identity }, events).then(
      (session) => Object.assign(joined, { outcome: 'open', session }),
      (cause) => Object.assign(joined, { outcome: cause.code }),
    );
    return joined;
  }

  return { pool, processes, moved, seconds, join, deaths: () => deaths };
}
