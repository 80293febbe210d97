import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { codedActor } from '../../src/pipeline/coded-actor.io.ts';
import { type Codecs, openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { IdentityStrikes } from '../../src/pipeline/identity-strikes.ts';
import { machineClock } from '../../src/pipeline/machine-clock.io.ts';
import { PoolSession } from '../../src/pipeline/pool-session.ts';
import { SupervisedWorker } from '../../src/pipeline/supervised-worker.ts';
import { forkWorker } from '../../src/pipeline/worker-process.io.ts';
import type { RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import { settings } from './fake-stages.ts';

const FRAMES = 12;
// Two real workers, on a machine that others may share.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let codecs: Codecs;
let workers: readonly [SupervisedWorker, SupervisedWorker];
let session: PoolSession;
let rendered: RenderedFrame[];
let pids: (number | undefined)[];
let wanted: () => void = () => undefined;
let answered: () => void = () => undefined;

/** A real worker process, ready. */
function startWorker(): Promise<SupervisedWorker> {
  const setup = {
    dataFolder: folder,
    modelsFolder: folder,
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 100_000_000,
  } as const;
  return new Promise((resolve, reject) => {
    const worker: SupervisedWorker = new SupervisedWorker(
      forkWorker,
      setup,
      {
        ready: () => resolve(worker),
        message: (message) => {
          if (message.type === 'rendered') pids.push(worker.pid);
          if ('session' in message) session.hear(message, worker);
        },
        lost: (reason) => reject(new Error(reason)),
        unusable: ({ message }) => reject(new Error(message)),
      },
      machineClock,
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-move-'));
  codecs = await openCodecs({ prefer: 'auto' });
  rendered = [];
  pids = [];
  workers = [await startWorker(), await startWorker()];
});

afterAll(async () => {
  for (const worker of workers ?? []) worker.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a session that moves between two real workers', () => {
  it('answers every frame, as one stream that a decoder goes on decoding', async () => {
    const clip = await codedActor(codecs, { frames: FRAMES, bitrate: 800_000 });
    session = new PoolSession({
      id: 'a',
      place: workers[0],
      identities: new IdentityStrikes(),
      // Nothing but the move is looked at here, however slow the machine.
      settings: { ...settings, size: 256, frameBudget: 60_000 },
      events: {
        rendered: (frame) => {
          rendered.push(frame);
          if (frame.frame !== null) answered();
        },
        dropped: () => answered(),
        avatar: () => undefined,
        needKeyframe: () => wanted(),
        failed: ({ message }) => expect.unreachable(message),
      },
      clock: machineClock,
      onClose: () => undefined,
    });
    await session.open();
    const round = (turn: number) =>
      clip.map((frame) => ({ ...frame, frame: frame.frame + turn * FRAMES }));
    await play(round(0));
    // The recording starts over: the driver jumps, whether the session moves or not.
    await play(round(1));
    const asked = new Promise<void>((resolve) => {
      wanted = resolve;
    });
    session.moveTo(workers[1]);
    await asked;
    // It begins with a keyframe: the camera's answer to being asked.
    await play(round(2));

    const answers = rendered.flatMap(({ frame }) => frame ?? []);
    expect(answers).toEqual(Array.from({ length: 3 * FRAMES }, (_, frame) => frame));
    expect(new Set(pids)).toEqual(new Set(workers.map(({ pid }) => pid)));
    const at = (turn: number) => rendered.findIndex(({ frame }) => frame === turn * FRAMES);
    expect(rendered[at(2)]?.outputs.map(({ keyframe }) => keyframe)).toEqual([true]);
    const decoder = await codecs.createDecoder('vp8');
    const pictures: Uint8Array[] = [];
    for (const { outputs } of rendered) {
      const picture = await decoder.decode(outputs[0]!.data);
      pictures.push(Uint8Array.from(picture!.y));
    }
    decoder.close();
    const jump = (turn: number) => difference(pictures[at(turn) - 1]!, pictures[at(turn)]!);
    // A few levels of grey more, on average, for the keyframe and for a frame that a busy machine filled in
    // between: another pose or another face would be tens.
    expect(jump(2)).toBeLessThan(jump(1) + 4);
    session.close();
  });
});

/** One frame after the other, each when the one before was answered. */
async function play(frames: Awaited<ReturnType<typeof codedActor>>): Promise<void> {
  for (const frame of frames) {
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    session.push(frame, 0);
    await done;
    // A camera's distance: none is too early for the highest rate.
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += Math.abs((a[i] ?? 0) - b[i]!);
  return sum / b.length;
}
