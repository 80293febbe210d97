import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import { Reenactment } from '../../src/pipeline/reenactment.ts';
import type { PosePlayer, ReenactmentStages } from '../../src/pipeline/reenactment-stages.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import { openWorkerStages, type WorkerStages } from '../../src/pipeline/worker-stages.io.ts';
import { codedBytes, FakeStages, settings } from './fake-stages.ts';

const [FIRST, SECOND] = ['marlow', 'taro'] as const;
/** Loading is another thread's work, and of low priority: on a machine that has much else to do it waits. */
const TIME_LIMIT = 180_000;

let folder: string;
let real: WorkerStages;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-switch-'));
  real = await openWorkerStages({
    dataFolder: folder,
    modelsFolder: folder,
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 100_000_000,
  });
}, TIME_LIMIT);

afterAll(async () => {
  await real?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A camera made of a byte, and identities from disk, loaded and drawn as they are for everyone. */
function stagesAround(fake: FakeStages): ReenactmentStages {
  return {
    clock: fake.clock,
    cpuTime: fake.cpuTime,
    turns: fake.turns,
    load: fake.load,
    createDecoder: (codec) => fake.createDecoder(codec),
    createEncoder: (options) => fake.createEncoder(options),
    createTracker: () => fake.createTracker(),
    createPosePlayer: (neutral) => neutralPlayer(neutral, fake.createPosePlayer()),
    openIdentity: (id, options) => real.openIdentity(id, { ...options, size: 256 }),
  };
}

/** Shows the identity's own neutral pose, whatever the camera does. */
function neutralPlayer(neutral: Pose, player: PosePlayer): PosePlayer {
  let pose = neutral;
  return {
    ...player,
    drive: (face, now) => ({ ...player.drive(face, now), pose }),
    fill: (now) => ({ ...player.fill(now), pose }),
    setNeutral: (next) => {
      pose = next;
    },
  };
}

describe('a switch to an identity that is loaded from disk', () => {
  it(
    'answers every camera frame, those of before with the old face, those after it with the new one',
    async () => {
      const fake = new FakeStages();
      const rendered: RenderedFrame[] = [];
      const dropped: string[] = [];
      const session = new Reenactment('somebody', settings, stagesAround(fake), {
        rendered: (frame) => rendered.push(frame),
        dropped: (reason, count) => dropped.push(`${reason} ${count}`),
        avatar: () => undefined,
        needKeyframe: () => undefined,
        working: () => undefined,
        scheduled: () => undefined,
        fault: (_, cause) => {
          throw cause;
        },
      });
      let sent = 0;
      const push = async () => {
        fake.now += 34;
        const keyframe = sent === 0;
        const coded = { codec: 'vp8', data: codedBytes('face'), keyframe } as const;
        session.push({ frame: sent++, ...coded, receivedAt: fake.now });
        while (session.deadline === undefined) await new Promise((next) => setImmediate(next));
      };
      await session.wear(FIRST);
      await push();
      let ready = false;
      const switched = session.wear(SECOND).then(() => {
        ready = true;
      });
      while (!ready) await push();
      await switched;
      await push();
      expect(dropped).toEqual([]);
      const answered = rendered.filter(({ frame }) => frame !== null);
      expect(answered.map(({ frame }) => frame)).toEqual(Array.from({ length: sent }, (_, i) => i));
      expect(answered.every(({ outputs }) => outputs.length === 1)).toBe(true);
      const identities = answered.map(({ identity }) => identity);
      const before = identities.filter((identity) => identity === FIRST).length;
      // Nothing of the loading is done between two frames.
      expect(before).toBeGreaterThan(10);
      expect(identities.slice(before).every((identity) => identity === SECOND)).toBe(true);
      expect(identities.at(-1)).toBe(SECOND);
      session.close();
    },
    TIME_LIMIT,
  );
});
