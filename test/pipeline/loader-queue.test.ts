import { describe, expect, it } from 'vitest';
import { LoaderQueue } from '../../src/pipeline/loader-queue.ts';

describe('the queue of the identity loader', () => {
  it('serves whoever waits, in order, before it does a chore', () => {
    const queue = new LoaderQueue<number, string>(['amara', 'ines']);
    expect(queue.next()).toEqual({ kind: 'chore', chore: 'amara' });
    queue.push(1);
    queue.push(2);
    expect(queue.next()).toEqual({ kind: 'request', request: 1 });
    expect(queue.next()).toEqual({ kind: 'request', request: 2 });
    expect(queue.next()).toEqual({ kind: 'chore', chore: 'ines' });
    expect(queue.next()).toBeUndefined();
  });
});
