import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  type KernelBlock,
  KernelSpace,
  newKernelMemory,
} from '../../../../src/pipeline/render/warp/kernel-space.ts';

const MODULE = new URL('../../../../src/pipeline/render/warp/kernel-space.ts', import.meta.url);

/** Another thread that takes blocks of a length and gives all but the last back, many times over. */
const TAKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.module).then(({ KernelSpace }) => {
    const space = new KernelSpace(workerData.memory);
    let block;
    for (let turn = 0; turn < workerData.turns; turn++) {
      if (block) space.give(block);
      block = space.take(workerData.bytes);
    }
    parentPort.postMessage(block);
  });
`;

async function takenByAnother(memory: WebAssembly.Memory, bytes: number): Promise<KernelBlock> {
  const workerData = { module: MODULE.href, memory, bytes, turns: 2000 };
  const [block] = await once(new Worker(TAKER, { eval: true, workerData }), 'message');
  return block as KernelBlock;
}

const overlap = (a: KernelBlock, b: KernelBlock) => a.at < b.at + b.bytes && b.at < a.at + a.bytes;

describe('the space of a kernel memory', () => {
  it('lends blocks that do not overlap, and grows the memory for them', () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const [a, b] = [space.take(160_000), space.take(320_000)];
    expect(b.at).toBe(a.at + 160_000);
    expect(a.at % 16).toBe(0);
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(b.at + 320_000);
    expect(space.lent).toEqual({ blocks: 2, bytes: 480_000 });
  });

  it('lends a block again that was given back, without what was in it, and no larger memory', () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const [a, b] = [space.take(160_000), space.take(160_000)];
    const { byteLength } = memory.buffer;
    new Uint8Array(memory.buffer).fill(7, a.at, a.at + 160_000);
    space.give(a);
    expect(space.lent.blocks).toBe(1);
    expect(space.take(160_000)).toEqual(a);
    expect(new Uint8Array(memory.buffer, a.at, 160_000).every((byte) => byte === 0)).toBe(true);
    space.give(b);
    expect(space.take(160_000)).toEqual(b);
    expect(memory.buffer.byteLength).toBe(byteLength);
  });

  it('lends room for as long as a call takes, also one that throws', () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const held = space.take(320);
    const layOut = (room: { take(bytes: number): number }) => [room.take(100), room.take(300)];
    const [first, second] = space.borrow(layOut, (places) => {
      expect(space.lent.blocks).toBe(2);
      return places;
    }) as [number, number];
    expect(first % 16).toBe(0);
    expect(second).toBeGreaterThanOrEqual(first + 100);
    expect(first >= held.at + 320 || second + 300 <= held.at).toBe(true);
    const failed = () =>
      space.borrow(layOut, () => {
        throw new Error('broken');
      });
    expect(failed).toThrow('broken');
    expect(space.lent).toEqual({ blocks: 1, bytes: 320 });
    expect(space.borrow(layOut, (places) => places)).toEqual([first, second]);
  });

  it('leaves what was lent before in place when it grows', () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const { at } = space.take(160);
    const first = new Uint8Array(memory.buffer, at, 160).fill(5);
    const { buffer } = memory;
    space.take(4_000_000);
    expect(memory.buffer).not.toBe(buffer);
    first[0] = 9;
    expect(new Uint8Array(memory.buffer)[at]).toBe(9);
  });

  it('is one for all who have the memory, and another for another', () => {
    const memory = newKernelMemory();
    const block = new KernelSpace(memory).take(160);
    expect(new KernelSpace(memory).lent.blocks).toBe(1);
    expect(new KernelSpace(newKernelMemory()).lent.blocks).toBe(0);
    new KernelSpace(memory).give(block);
    expect(new KernelSpace(memory).lent.blocks).toBe(0);
  });

  it('lends no block to two threads that take and give at the same time', async () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const blocks = await Promise.all([
      takenByAnother(memory, 1600),
      takenByAnother(memory, 1600),
      takenByAnother(memory, 3200),
    ]);
    const own = space.take(1600);
    const all = [...blocks, own];
    expect(space.lent).toEqual({ blocks: 4, bytes: 8000 });
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    // Two threads that each have one, and each gave one back, never had need of more.
    expect(memory.buffer.byteLength).toBeLessThan(65_536 * 4);
  });

  it('lends what another thread has grown the memory for and given back', async () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const block = await takenByAnother(memory, 1_000_000);
    space.give(block);
    expect(space.take(1_000_000)).toEqual(block);
    expect(new Uint8Array(memory.buffer, block.at, block.bytes)).toHaveLength(1_000_000);
  });

  it('says so when the memory is full, and still lends what fits', () => {
    const space = new KernelSpace(newKernelMemory());
    expect(() => space.take(2 ** 32)).toThrow(
      expect.objectContaining({ code: 'render_memory_full' }),
    );
    expect(space.take(160).bytes).toBe(160);
    expect(space.lent.blocks).toBe(1);
  });
});
