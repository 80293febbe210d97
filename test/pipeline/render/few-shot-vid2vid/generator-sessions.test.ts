import { describe, expect, it } from 'vitest';
import type { FewShotIdentity } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-identity.ts';
import {
  type Generator,
  GeneratorSessions,
} from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';

const identity = (first: number) =>
  ({ kernels: Float32Array.of(first) }) as unknown as FewShotIdentity;

function counting() {
  const seen = { opened: [] as number[], closed: [] as number[], fail: false };
  const sessions = new GeneratorSessions(async ([first]) => {
    if (seen.fail) throw new Error('no memory');
    seen.opened.push(first!);
    return { close: async () => void seen.closed.push(first!) } as unknown as Generator;
  });
  return { seen, sessions };
}

describe('the generators of identities', () => {
  it('are opened once an identity, also for those who ask at the same time', async () => {
    const { seen, sessions } = counting();
    const [a, b] = [identity(1), identity(2)];
    const [first, again, other] = await Promise.all([a, a, b].map((one) => sessions.get(one)));
    expect(first).toBe(again);
    expect(other).not.toBe(first);
    expect(seen.opened).toEqual([1, 2]);
  });

  it('are closed when their identity is discarded, and opened anew after that', async () => {
    const { seen, sessions } = counting();
    const one = identity(1);
    await sessions.get(one);
    await sessions.discard(one);
    await sessions.discard(one);
    expect(seen.closed).toEqual([1]);
    await sessions.get(one);
    expect(seen.opened).toEqual([1, 1]);
  });

  it('can be asked for again when opening one failed', async () => {
    const { seen, sessions } = counting();
    const one = identity(1);
    seen.fail = true;
    await expect(sessions.get(one)).rejects.toThrow('no memory');
    seen.fail = false;
    await sessions.get(one);
    expect(seen.opened).toEqual([1]);
  });

  it('are all closed at the end', async () => {
    const { seen, sessions } = counting();
    for (const first of [1, 2, 3]) await sessions.get(identity(first));
    await sessions.close();
    expect(seen.closed).toEqual([1, 2, 3]);
    expect(sessions.size).toBe(0);
  });

  it('are all closed once the end is reached, those too that were discarded just before', async () => {
    let release: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sessions = new GeneratorSessions(
      async () => ({ close: () => closed }) as unknown as Generator,
    );
    const one = identity(1);
    await sessions.get(one);
    const ended: string[] = [];
    void sessions.discard(one).then(() => ended.push('discarded'));
    const end = sessions.close().then(() => ended.push('closed'));
    await Promise.resolve();
    expect(ended).toEqual([]);
    release();
    await end;
    expect(ended).toEqual(['discarded', 'closed']);
  });
});
