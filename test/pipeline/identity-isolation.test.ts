import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoDecoder } from '../../src/pipeline/decode/video-decoder.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import type { ReenactmentStages } from '../../src/pipeline/reenactment-stages.ts';
import type {
  CodedAvatarFrame,
  FromWorker,
  SessionSettings,
  ToWorker,
} from '../../src/pipeline/worker-protocol.ts';
import { WorkerSessions } from '../../src/pipeline/worker-sessions.ts';
import { openWorkerStages, type WorkerStages } from '../../src/pipeline/worker-stages.io.ts';
import { backends } from './codec-matrix.ts';
import { codedBytes, FakeStages, settings } from './fake-stages.ts';
import { psnr } from './moving-picture.ts';
import { seededRandom } from './seeded-random.ts';

const IDENTITIES = ['amara', 'marlow', 'ines', 'osei'] as const;
const SIZE = 128;
const SESSIONS = 4;
const SEED = 1;
/** What happens to the sessions of one run, and how much of it may be under way at a time. */
const CHANGES = 40;
const MOST_WAITING = 3;
/** To an opening or a change of identity. */
const ANSWERS: readonly string[] = ['opened', 'open-failed', 'identity-switched'];
/** Whom a server's workers make ready when they start. */
const WARM = 'amara';
/** Of some 28 MB an identity: one that nobody wears stays until the next is not worn either, or goes at once. */
const CACHES = { native: 40_000_000, wasm: 1 } as const;
/** Loading is another thread's work, which waits on a machine that has much else to do. */
const TIME_LIMIT = 300_000;

const session: SessionSettings = { ...settings, size: SIZE, bitrate: 4_000_000 };
let folder: string;
/** What a lone session of each identity draws, in its neutral pose. */
const alone = new Map<string, AvatarFrame>();

async function openStages(codecs: 'native' | 'wasm', identityCacheBytes: number) {
  return openWorkerStages({
    ...{ dataFolder: folder, modelsFolder: folder, codecs, engine: 'warp' },
    ...{ identityCacheBytes, warmIdentity: WARM },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-isolation-'));
  for (const id of IDENTITIES) {
    const stages = await openStages('wasm', CACHES.wasm);
    const { renderer, neutral, close } = await stages.openIdentity(id, session);
    const { y, u, v, ...size } = await renderer.render(neutral);
    alone.set(id, { ...size, y: y.slice(), u: u.slice(), v: v.slice() });
    close();
    await stages.close();
  }
}, TIME_LIMIT);

afterAll(() => rm(folder, { recursive: true, force: true }));

const same = (a: AvatarFrame, b: AvatarFrame) =>
  Buffer.compare(a.y, b.y) === 0 &&
  Buffer.compare(a.u, b.u) === 0 &&
  Buffer.compare(a.v, b.v) === 0;

/** Real identities and encoders; a camera made of a byte, and whatever it shows the neutral pose. */
function stagesAround(real: WorkerStages, fake: FakeStages, drawn: (frame: AvatarFrame) => void) {
  const stages: ReenactmentStages = {
    clock: fake.clock,
    cpuTime: fake.cpuTime,
    turns: fake.turns,
    load: fake.load,
    createDecoder: (codec) => fake.createDecoder(codec),
    createEncoder: async (options) => {
      const encoder = await real.createEncoder(options);
      return {
        codec: encoder.codec,
        backend: encoder.backend,
        encode: (frame, at, how) => {
          drawn(frame);
          return encoder.encode(frame, at, how);
        },
        setBitrate: (bitrate) => encoder.setBitrate(bitrate),
        close: () => encoder.close(),
      };
    },
    createTracker: () => fake.createTracker(),
    createPosePlayer: (first) => {
      let neutral: Pose = first;
      const player = fake.createPosePlayer();
      return {
        ...player,
        drive: (face, now) => ({ ...player.drive(face, now), pose: neutral }),
        fill: (now) => ({ ...player.fill(now), pose: neutral }),
        setNeutral: (next) => {
          neutral = next;
        },
      };
    },
    openIdentity: (id, options) => real.openIdentity(id, options),
  };
  return stages;
}

/** A far end: decodes what one session's watchers get. */
class Watcher {
  #decoder: VideoDecoder | undefined;
  readonly #real: WorkerStages;

  constructor(real: WorkerStages) {
    this.#real = real;
  }

  async see({ codec, data, keyframe }: CodedAvatarFrame) {
    if (keyframe) this.close();
    this.#decoder ??= await this.#real.codecs.createDecoder(codec);
    return this.#decoder.decode(data);
  }

  close() {
    this.#decoder?.close();
    this.#decoder = undefined;
  }
}

describe.each(backends)('many sessions of one worker, on %s codecs', (backend) => {
  it(
    'each show their own identity and no other, whatever is worn, deleted and loaded beside them',
    async () => {
      const real = await openStages(backend, CACHES[backend]);
      const fake = new FakeStages();
      const random = seededRandom(SEED);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
      const strange: string[] = [];
      const said: FromWorker[] = [];
      const worker = new WorkerSessions({
        clock: fake.clock,
        stages: stagesAround(real, fake, (frame) => {
          if (![...alone.values()].some((own) => same(own, frame))) strange.push('drawn');
        }),
        send: (message) => said.push(message),
        scheduled: () => undefined,
        forget: (identity) => real.forget(identity),
        identities: () => real.identities(),
        memoryBytes: () => 0,
        processCpuTime: fake.cpuTime,
        fault: (id, stage, cause) => strange.push(`${id}: ${stage} ${String(cause)}`),
      });
      const names = Array.from({ length: SESSIONS }, (_, i) => `session ${i}`);
      const watchers = new Map(names.map((name) => [name, new Watcher(real)]));
      const shown = new Map<string, number>();
      let waiting = 0;
      const say = (message: ToWorker) => {
        if (message.type === 'open' || message.type === 'identity') waiting++;
        worker.handle(message);
      };
      const look = async () => {
        for (const message of said.splice(0)) {
          if (ANSWERS.includes(message.type)) waiting--;
          if (message.type !== 'rendered') continue;
          const { identity, outputs } = message.rendered;
          const own = alone.get(identity)!;
          for (const output of outputs) {
            const seen = await watchers.get(message.session)!.see(output);
            const score = seen ? psnr(own, seen) : 0;
            if (score < 30) strange.push(`${message.session}: ${identity} at ${score} dB`);
            shown.set(identity, (shown.get(identity) ?? 0) + 1);
          }
        }
      };
      // Sessions open while the worker still makes its first identity ready.
      for (const name of names)
        say({ type: 'open', session: name, settings: { ...session, identity: WARM } });
      let frame = 0;
      for (let change = 0; change < CHANGES && strange.length === 0; ) {
        fake.now += 34;
        // Drawing goes on while identities are loaded; no more of them wait than a worker has to load.
        if (waiting < MOST_WAITING) {
          change++;
          const [name, identity, kind] = [pick(names), pick(IDENTITIES), random()];
          const request = change;
          if (kind < 0.6) say({ type: 'identity', session: name, identity, request });
          // Another overtakes it.
          if (kind < 0.2) say({ type: 'identity', session: name, identity: WARM, request });
          else if (kind < 0.6) say({ type: 'keyframe', session: pick(names), codec: 'vp8' });
          else if (kind < 0.75) say({ type: 'forget', identity });
          else {
            say({ type: 'close', session: name });
            // What it said before, and nobody has looked at yet, goes with it.
            const others = said.filter((m) => m.type !== 'rendered' || m.session !== name);
            said.splice(0, said.length, ...others);
            watchers.get(name)!.close();
            say({ type: 'open', session: name, settings: { ...session, identity } });
          }
        }
        for (const each of names) {
          const coded = { codec: 'vp8', data: codedBytes('face'), keyframe: true } as const;
          const receivedAt = fake.now;
          say({ type: 'frame', session: each, frame: { frame: frame++, ...coded, receivedAt } });
        }
        await new Promise((next) => setImmediate(next));
        await look();
      }
      worker.close();
      await fake.turns.idle();
      await look();
      for (const watcher of watchers.values()) watcher.close();
      await real.close();
      expect(strange).toEqual([]);
      // It was about all of them.
      for (const id of IDENTITIES) expect(shown.get(id), id).toBeGreaterThan(20);
    },
    TIME_LIMIT,
  );
});
