import { describe, expect, it } from 'vitest';
import { SerialTasks } from '../../src/signaling/serial-tasks.ts';

describe('serial tasks', () => {
  it('run one after the other, in the order they came', async () => {
    const tasks = new SerialTasks(3);
    const seen: string[] = [];
    const done = new Promise<void>((resolve) => {
      for (const name of ['a', 'b', 'c']) {
        tasks.push(async () => {
          seen.push(`${name} begins`);
          await Promise.resolve();
          seen.push(`${name} ends`);
          if (name === 'c') resolve();
        });
      }
    });
    await done;
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('refuse what is over the limit, and take more when there is room', async () => {
    const tasks = new SerialTasks(1);
    const gate = Promise.withResolvers<void>();
    expect(tasks.push(() => gate.promise)).toBe(true);
    expect(tasks.push(async () => undefined)).toBe(false);
    gate.resolve();
    await gate.promise;
    await new Promise(setImmediate);
    expect(tasks.push(async () => undefined)).toBe(true);
  });

  it('go on after one that failed', async () => {
    const tasks = new SerialTasks(2);
    tasks.push(() => Promise.reject(new Error('broken')));
    await new Promise<void>((resolve) => {
      tasks.push(async () => resolve());
    });
  });
});
