import { beforeEach, describe, expect, it } from 'vitest';
import { EnrolledCache } from '../../../../src/pipeline/render/identity/enrolled-cache.ts';

interface Enrolled {
  readonly id: string;
}

let loads: string[];
let deleted: Set<string>;
let discarded: string[];
let cache: EnrolledCache<Enrolled>;
let gate: Promise<void> | undefined;

beforeEach(() => {
  loads = [];
  deleted = new Set();
  discarded = [];
  gate = undefined;
  cache = new EnrolledCache({
    bytes: () => 10,
    maxBytes: 25,
    discard: ({ id }) => discarded.push(id),
    enrol: async (id) => {
      loads.push(id);
      await gate;
      if (deleted.has(id)) throw new Error(`no ${id}`);
      return { id };
    },
  });
});

describe('the cache of enrolled identities', () => {
  it('enrols once, also for sessions that ask at the same time', async () => {
    const [a, b] = await Promise.all([cache.lease('1'), cache.lease('1')]);
    expect(a.enrolled).toBe(b.enrolled);
    a.release();
    b.release();
    await cache.lease('1');
    expect(loads).toEqual(['1']);
  });

  it('lets the least recently used go when the budget is full', async () => {
    for (const id of ['1', '2', '3']) (await cache.lease(id)).release();
    expect(cache.restingBytes).toBeLessThanOrEqual(25);
    (await cache.lease('3')).release();
    (await cache.lease('1')).release();
    expect(loads).toEqual(['1', '2', '3', '1']);
  });

  it('keeps what is in use, whatever else comes', async () => {
    const lease = await cache.lease('1');
    for (const id of ['2', '3', '4', '5']) (await cache.lease(id)).release();
    await cache.lease('1');
    expect(loads.filter((id) => id === '1')).toEqual(['1']);
    lease.release();
  });

  it('counts a lease returned twice once', async () => {
    const [a, b] = [await cache.lease('1'), await cache.lease('1')];
    a.release();
    a.release();
    expect(cache.restingBytes).toBe(0);
    b.release();
    expect(cache.restingBytes).toBe(10);
  });

  it('tries again after a failure', async () => {
    deleted.add('1');
    await expect(cache.lease('1')).rejects.toThrow('no 1');
    deleted.clear();
    expect((await cache.lease('1')).enrolled.id).toBe('1');
  });

  it('does not hand out a deleted identity, neither from memory nor from an enrolment under way', async () => {
    const held = await cache.lease('1');
    deleted.add('1');
    cache.forget('1');
    await expect(cache.lease('1')).rejects.toThrow('no 1');
    held.release();
    await expect(cache.lease('1')).rejects.toThrow('no 1');

    let open: () => void = () => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const under = cache.lease('2');
    deleted.add('2');
    cache.forget('2');
    open();
    await expect(under).rejects.toThrow('no 2');
  });

  it('discards what leaves it, once, and nothing that is in use', async () => {
    const held = await cache.lease('1');
    for (const id of ['2', '3', '4']) (await cache.lease(id)).release();
    expect(discarded).toEqual(['2']);
    cache.forget('1');
    cache.forget('3');
    expect(discarded).toEqual(['2', '3']);
    held.release();
    expect(discarded).toEqual(['2', '3', '1']);
    cache.clear();
    expect(discarded).toEqual(['2', '3', '1', '4']);
  });

  it('discards an identity that was deleted while it was being enrolled, and enrols no other again for it', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const leases = [cache.lease('1'), cache.lease('1'), cache.lease('2')];
    cache.forget('1');
    open();
    const [a, b, c] = await Promise.all(leases);
    expect(a!.enrolled).toBe(b!.enrolled);
    expect(loads).toEqual(['1', '2', '1']);
    expect(discarded).toEqual(['1']);
    for (const lease of [a!, b!, c!]) lease.release();
    cache.clear();
    expect(discarded.toSorted()).toEqual(['1', '1', '2']);
  });

  it('discards nothing that another who asked at the same time still uses', async () => {
    const small = new EnrolledCache({
      bytes: () => 30,
      maxBytes: 25,
      discard: ({ id }: Enrolled) => discarded.push(id),
      enrol: async (id) => ({ id }),
    });
    const first = small.lease('1').then((lease) => lease.release());
    const second = await small.lease('1');
    await first;
    expect(discarded).toEqual([]);
    second.release();
    expect(discarded).toEqual(['1']);
  });

  it('discards at once what is larger than its whole budget', async () => {
    const small = new EnrolledCache({
      bytes: () => 30,
      maxBytes: 25,
      discard: ({ id }: Enrolled) => discarded.push(id),
      enrol: async (id) => ({ id }),
    });
    (await small.lease('1')).release();
    expect(discarded).toEqual(['1']);
  });
});
