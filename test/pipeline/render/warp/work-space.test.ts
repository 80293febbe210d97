import { describe, expect, it } from 'vitest';
import { kernelMemory } from '../../../../src/pipeline/render/warp/warp-kernel.io.ts';
import { WorkSpace } from '../../../../src/pipeline/render/warp/work-space.ts';

const START = 128_000;
const memory = () => kernelMemory(100_000);

describe('the work space of an identity', () => {
  it('lends blocks that do not overlap, and grows the memory for them', () => {
    const shared = memory();
    const space = WorkSpace.of(shared, START);
    const [a, b] = [space.take(160_000), space.take(320_000)];
    expect([a, b]).toEqual([START, START + 160_000]);
    expect(shared.buffer.byteLength).toBeGreaterThanOrEqual(b + 320_000);
  });

  it('lends a block again that was given back, without what was in it, and no larger memory', () => {
    const shared = memory();
    const space = WorkSpace.of(shared, START);
    const [a, b] = [space.take(160_000), space.take(160_000)];
    const { byteLength } = shared.buffer;
    new Uint8Array(shared.buffer).fill(7, a, a + 160_000);
    space.give(a, 160_000);
    expect(space.take(160_000)).toBe(a);
    expect(new Uint8Array(shared.buffer, a, 160_000).every((byte) => byte === 0)).toBe(true);
    space.give(b, 160_000);
    expect(space.take(160_000)).toBe(b);
    expect(shared.buffer.byteLength).toBe(byteLength);
  });

  it('leaves what was lent before in place when it grows', () => {
    const shared = memory();
    const space = WorkSpace.of(shared, START);
    const first = new Uint8Array(shared.buffer, space.take(160), 160).fill(5);
    const { buffer } = shared;
    space.take(4_000_000);
    expect(shared.buffer).not.toBe(buffer);
    first[0] = 9;
    expect(new Uint8Array(shared.buffer)[START]).toBe(9);
  });

  it('is one for all who draw from the same memory', () => {
    const shared = memory();
    expect(WorkSpace.of(shared, START)).toBe(WorkSpace.of(shared, START));
    expect(WorkSpace.of(memory(), START)).not.toBe(WorkSpace.of(shared, START));
  });

  it('says so when the memory is full', () => {
    const space = WorkSpace.of(memory(), START);
    expect(() => space.take(2 ** 30)).toThrow(
      expect.objectContaining({ code: 'render_memory_full' }),
    );
    expect(space.take(160)).toBe(START);
  });
});
