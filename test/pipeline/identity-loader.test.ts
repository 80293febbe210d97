import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdentityLoader } from '../../src/pipeline/identity-loader.io.ts';
import { END, type IdentityThreadSetup } from '../../src/pipeline/identity-ports.io.ts';
import { EMBEDDED_MODEL } from '../../src/pipeline/landmark/model-manifest.ts';
import { openEngine } from '../../src/pipeline/render/engines.ts';
import { EnrolledCache } from '../../src/pipeline/render/identity/enrolled-cache.ts';
import { KernelSpace, newKernelMemory } from '../../src/pipeline/render/warp/kernel-space.ts';

let data: string;
let setup: IdentityThreadSetup;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'loader-'));
  setup = {
    dataFolder: data,
    modelsFolder: '',
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 1,
    landmarkModel: EMBEDDED_MODEL.name,
    memory: newKernelMemory(),
  };
});

afterEach(async () => {
  await rm(data, { recursive: true });
});

/** The niceness of each thread of this process (proc(5)). */
async function threads(): Promise<number[]> {
  const found: number[] = [];
  for (const id of await readdir('/proc/self/task')) {
    const stat = await readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => undefined);
    if (stat !== undefined) found.push(Number(stat.split(') ')[1]!.split(' ')[16]));
  }
  return found;
}

describe('the identity loader', () => {
  it('loads identities one after the other, and says which it cannot', async () => {
    const loader = new IdentityLoader(setup);
    const loads = ['marlow', 'nobody-of-this-name', 'ines'].map((id) => loader.load(id));
    const [marlow, nobody, ines] = await Promise.allSettled(loads);
    expect(marlow).toMatchObject({ status: 'fulfilled', value: expect.anything() });
    expect(nobody).toMatchObject({ reason: { code: 'unknown_identity' } });
    expect(ines).toMatchObject({ status: 'fulfilled', value: expect.anything() });
    await loader.close();
  });

  it('enrols into the memory of the engine that draws, which identities that were evicted leave to the next', async () => {
    const engine = await openEngine('warp');
    const space = new KernelSpace(engine.memory);
    const loader = new IdentityLoader({ ...setup, memory: engine.memory });
    const cache = new EnrolledCache({
      enrol: (id) => loader.load(id),
      bytes: (enrolled) => engine.bytes(enrolled),
      discard: (enrolled) => void engine.discard(enrolled),
      maxBytes: 1,
    });
    const wear = async (id: string) => {
      const lease = await cache.lease(id);
      const renderer = await engine.open(lease.enrolled, { size: 128, mark: false });
      await renderer.render(engine.neutral(lease.enrolled));
      const { blocks } = space.lent;
      renderer.close();
      lease.release();
      expect(space.lent).toEqual({ blocks: 0, bytes: 0 });
      return blocks;
    };
    const first = await wear('marlow');
    expect(first).toBeGreaterThan(1);
    const { byteLength } = engine.memory.buffer;
    for (let turn = 0; turn < 3; turn++) expect(await wear('marlow')).toBe(first);
    expect(engine.memory.buffer.byteLength).toBe(byteLength);
    await loader.close();
  });

  it('says that it broke, each time, where every load after the first waited for good', async () => {
    // What a face is cached by cannot be made of that: the thread ends as soon as it has begun.
    const loader = new IdentityLoader({ ...setup, landmarkModel: undefined as never });
    for (let load = 0; load < 3; load++)
      await expect(loader.load('marlow')).rejects.toMatchObject({ code: 'identity_failed' });
    await loader.close();
  });

  it('says so of the identity alone of which its thread breaks, and loads the others', async () => {
    const loader = new IdentityLoader(setup, new URL('./breaking-loader.ts', import.meta.url));
    const names = ['marlow', 'broken', 'ines', 'broken', 'vesper'];
    const loads = await Promise.allSettled(names.map((name) => loader.load(name)));
    expect(loads.map((load) => ('value' in load ? load.value : load.reason.code))).toEqual([
      'marlow',
      'identity_failed',
      'ines',
      'identity_failed',
      'vesper',
    ]);
    expect(loads[1]).toMatchObject({ reason: { value: 'broken', cause: { message: 'broke' } } });
    await loader.close();
  });

  it('ends by itself when told to, also while it prepares the built-in ones', async () => {
    // Of a model by another name no faces are shipped.
    await expect(
      new IdentityLoader({ ...setup, landmarkModel: 'other' }).close(),
    ).resolves.toBeUndefined();
  });

  it.runIf(process.platform === 'linux')(
    'lets frames go before it, but does not wait until nobody else works, while somebody waits for an identity',
    async () => {
      const file = new URL('../../src/pipeline/identity-loader.worker.ts', import.meta.url);
      // From 10 on a full machine leaves next to nothing to it.
      const between = (all: number[]) =>
        all.filter((nice) => nice > getPriority() && nice < getPriority() + 10).length;
      const before = await threads();
      const thread = new Worker(file, { workerData: setup });
      thread.postMessage({ request: 1, identity: 'nobody-of-this-name' });
      await once(thread, 'message');
      const after = await threads();
      expect(after.filter((nice) => nice >= getPriority() + 10)).toEqual(
        before.filter((nice) => nice >= getPriority() + 10),
      );
      expect(between(after)).toBe(between(before) + (getPriority() < 19 ? 1 : 0));
      thread.postMessage(END);
      await once(thread, 'exit');
    },
  );
});
