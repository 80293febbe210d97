import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Codecs, openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';
import { Reenactment } from '../../src/pipeline/reenactment.ts';
import type { ReenactmentStages } from '../../src/pipeline/reenactment-stages.ts';
import type { CodedCameraFrame, RenderedFrame } from '../../src/pipeline/worker-protocol.ts';
import { openWorkerStages, type WorkerStages } from '../../src/pipeline/worker-stages.io.ts';
import { SAMPLE_ACTOR } from '../flow/clips.ts';
import { settings } from './fake-stages.ts';

/**
 * The real stages, fed with a driver whose every pixel has a colour that no identity has: a vivid
 * magenta. Each outgoing frame is decoded again, and none of that colour may be in it.
 */
const MAGENTA = { u: 215, v: 230 };
const FRAMES = 24;

let folder: string;
let codecs: Codecs;
let stages: WorkerStages;
/** The actor tinted magenta, coded as a browser would; and the same picture without a face. */
let faces: Coded[];
let walls: Coded[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-no-leak-'));
  codecs = await openCodecs({ prefer: 'auto' });
  stages = await openWorkerStages({
    dataFolder: folder,
    modelsFolder: folder,
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 100_000_000,
  });
  const actor = await tintedActor();
  faces = await code(actor);
  walls = await code(
    actor.map((frame) => ({ ...frame, y: new Uint8Array(frame.y.length).fill(120) })),
  );
});

afterAll(async () => {
  await stages?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The share of a frame that has the driver's colour. */
function leaked(frame: CameraFrame): number {
  const { u, v, strideUv, width, height } = frame;
  let found = 0;
  for (let row = 0; row < height / 2; row++)
    for (let column = 0; column < width / 2; column++) {
      const i = row * strideUv + column;
      if (Math.abs(u[i]! - MAGENTA.u) < 25 && Math.abs(v[i]! - MAGENTA.v) < 25) found++;
    }
  return found / ((width * height) / 4);
}

type Coded = Omit<CodedCameraFrame, 'receivedAt'>;

interface Play {
  readonly session: Reenactment;
  readonly sent: RenderedFrame[];
  push(frames: readonly Coded[]): Promise<void>;
  /** Resolves when no frame is under way. */
  idle(): Promise<void>;
  /** Lets the avatar make so many frames of itself. */
  wait(frames: number): Promise<void>;
}

async function play(act: (play: Play) => Promise<void>, broken: Partial<ReenactmentStages> = {}) {
  const sent: RenderedFrame[] = [];
  let now = 0;
  const session = new Reenactment(
    'somebody',
    { ...settings, size: 256, outputs: ['vp8'], identity: 'marlow' },
    { ...stages, ...broken, clock: () => now },
    {
      rendered: (frame) => sent.push(frame),
      dropped: () => undefined,
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: () => undefined,
    },
  );
  const idle = async () => {
    // A frame under way has no deadline; sessions without an identity have none either.
    for (let turn = 0; turn < 400 && session.deadline === undefined; turn++)
      await new Promise((resolve) => setImmediate(resolve));
  };
  await act({
    session,
    sent,
    idle,
    push: async (frames) => {
      for (const frame of frames) {
        now += 33;
        session.push({ ...frame, receivedAt: now });
        await idle();
      }
    },
    wait: async (frames) => {
      for (let frame = 0; frame < frames; frame++) {
        now += 100;
        await session.tick(now);
      }
    },
  });
  session.close();
  return sent;
}

/** Decodes all that was sent and looks at every pixel of it. */
async function inspect(sent: readonly RenderedFrame[]): Promise<number> {
  let frames = 0;
  const decoders = new Map<VideoCodec, Awaited<ReturnType<Codecs['createDecoder']>>>();
  for (const { outputs } of sent)
    for (const { codec, data } of outputs) {
      const decoder = decoders.get(codec) ?? (await codecs.createDecoder(codec));
      decoders.set(codec, decoder);
      const picture = await decoder.decode(data);
      if (!picture) continue;
      frames++;
      expect(leaked(picture)).toBeLessThan(0.001);
    }
  for (const decoder of decoders.values()) decoder.close();
  return frames;
}

describe('not one pixel of the driver is in what leaves the pipeline', () => {
  it('(the check itself sees the driver where the driver is)', async () => {
    const decoder = await codecs.createDecoder('vp8');
    const picture = await decoder.decode(faces[0]!.data);
    expect(leaked(picture!)).toBeGreaterThan(0.9);
    decoder.close();
  });

  it('while the identity is being prepared, and then while it is driven', async () => {
    const sent = await play(async ({ session, push }) => {
      const ready = session.wear('marlow');
      await push(faces.slice(0, 8));
      await ready;
      await push(faces);
    });
    expect(sent.filter(({ source }) => source === 'driven').length).toBeGreaterThan(8);
    expect(await inspect(sent)).toBe(sent.length);
  });

  it('when the identity cannot be opened', async () => {
    const sent = await play(async ({ session, push }) => {
      await session.wear('nobody').catch(() => undefined);
      await push(faces);
    });
    expect(sent).toEqual([]);
  });

  it('when the face is lost, on through holding and idling', async () => {
    const sent = await play(async ({ session, push, wait }) => {
      await session.wear('marlow');
      await push(faces);
      await push(walls);
      await wait(12);
    });
    expect(new Set(sent.map(({ source }) => source))).toEqual(new Set(['driven', 'held', 'idle']));
    expect(await inspect(sent)).toBe(sent.length);
  });

  it('when the engine fails', async () => {
    let broken = false;
    const sent = await play(
      async ({ session, push, wait }) => {
        await session.wear('marlow');
        await push(faces.slice(0, 8));
        broken = true;
        await push(faces.slice(8, 16));
        await wait(3);
        broken = false;
        await push(faces.slice(16));
      },
      {
        openIdentity: async (...args) => {
          const identity = await stages.openIdentity(...args);
          const { renderer } = identity;
          return {
            ...identity,
            renderer: {
              degraded: 0,
              render: async (pose) => {
                if (broken) throw new Error('the engine is broken');
                return renderer.render(pose);
              },
              fill: async (pose) => {
                if (broken) throw new Error('the engine is broken');
                return renderer.fill(pose);
              },
              reset: () => renderer.reset(),
              close: () => renderer.close(),
            },
          };
        },
      },
    );
    expect(sent.length).toBeGreaterThan(8);
    expect(await inspect(sent)).toBe(sent.length);
  });

  it('when frames are damaged on the way', async () => {
    const sent = await play(async ({ session, push, wait }) => {
      await session.wear('marlow');
      await push(faces.slice(0, 8));
      await push(faces.slice(8).map((frame, i) => ({ ...frame, data: damaged(frame.data, i) })));
      await wait(3);
      await push(faces);
    });
    expect(await inspect(sent)).toBe(sent.length);
  });

  it('when codecs and identities are switched in mid-call', async () => {
    const sent = await play(async ({ session, push }) => {
      await session.wear('marlow');
      await push(faces.slice(0, 8));
      session.setOutputs(codecs.codecs);
      await push(faces.slice(8, 16));
      await session.wear('taro');
      await push(faces.slice(16));
    });
    expect(new Set(sent.map(({ identity }) => identity))).toEqual(new Set(['marlow', 'taro']));
    expect(await inspect(sent)).toBeGreaterThan(
      sent.length * (codecs.codecs.length > 1 ? 1.3 : 0.99),
    );
  });

  it('under overload', async () => {
    const sent = await play(async ({ session, idle, wait }) => {
      await session.wear('marlow');
      for (const frame of [...faces, ...faces, ...faces]) session.push({ ...frame, receivedAt: 0 });
      await idle();
      await wait(10);
    });
    expect(sent.length).toBeGreaterThan(0);
    expect(await inspect(sent)).toBe(sent.length);
  });
});

function damaged(data: Uint8Array, seed: number): Uint8Array {
  const copy = Uint8Array.from(data);
  for (let i = 10; i < copy.length; i += 17) copy[i] = (copy[i]! * 31 + seed * 7 + i) & 255;
  return copy;
}

async function tintedActor(): Promise<AvatarFrame[]> {
  const reader = await openMediaFile(SAMPLE_ACTOR.path, codecs);
  const frames: AvatarFrame[] = [];
  for await (const { frame } of reader.frames()) {
    const { width, height, strideY } = frame;
    const y = new Uint8Array(width * height);
    for (let row = 0; row < height; row++)
      y.set(frame.y.subarray(row * strideY, row * strideY + width), row * width);
    const chroma = (width * height) / 4;
    frames.push({
      width,
      height,
      y,
      u: new Uint8Array(chroma).fill(MAGENTA.u),
      v: new Uint8Array(chroma).fill(MAGENTA.v),
    });
    if (frames.length === FRAMES) break;
  }
  await reader.close();
  return frames;
}

async function code(frames: readonly AvatarFrame[]): Promise<Coded[]> {
  const [first] = frames;
  const encoder = await codecs.createEncoder({
    codec: 'vp8',
    width: first!.width,
    height: first!.height,
    fps: 30,
    bitrate: 2_000_000,
  });
  const coded: Coded[] = [];
  for (const [frame, picture] of frames.entries()) {
    const { data, keyframe } = await encoder.encode(picture, frame * 33 + 1, {
      keyframe: frame === 0,
    });
    coded.push({ frame, codec: 'vp8', data, keyframe });
  }
  encoder.close();
  return coded;
}
