import { describe, expect, it } from 'vitest';
import type { DeviceTensor, OnnxFeed } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { KeptPictures } from '../../../../src/pipeline/render/few-shot-vid2vid/kept-pictures.ts';

interface Owner {
  readonly name: string;
}

/** Pictures of one byte, and a device that gathers them as it is told to. */
function stage() {
  const kept = new KeptPictures<Owner>(1);
  const seen = { held: 0 };
  const data = (feed: OnnxFeed) => [...(feed as { data: Uint8Array }).data];
  const tensorOf = (bytes: number[]): DeviceTensor => {
    seen.held++;
    const tensor = { dims: [bytes.length, 1], data: bytes, dispose: () => void seen.held-- };
    return tensor;
  };
  /** @returns what each had before, undefined for nothing. */
  const run = (drawn: readonly (readonly [Owner, number])[], meanwhile?: () => void) => {
    const owners = drawn.map(([owner]) => owner);
    const plan = kept.plan(owners, drawn.length + 1);
    const before = data(plan.kept);
    meanwhile?.();
    const all = [...before, ...drawn.map(([, picture]) => picture), 0];
    kept.take(plan, tensorOf([...plan.keep].map((at) => all[at]!)));
    return drawn.map((_, i) => (plan.fresh[i] === 1 ? undefined : before[plan.from[i]!]));
  };
  const owner = (name: string): Owner => {
    const made = { name };
    kept.add(made);
    return made;
  };
  return { kept, seen, run, owner };
}

describe('pictures that are kept on a device', () => {
  it('are found again by whoever they are of, also after runs of others', () => {
    const { run, owner } = stage();
    const [a, b, c] = ['a', 'b', 'c'].map(owner) as [Owner, Owner, Owner];
    expect(run([[a, 1]])).toEqual([undefined]);
    expect(
      run([
        [b, 2],
        [c, 3],
      ]),
    ).toEqual([undefined, undefined]);
    expect(
      run([
        [c, 4],
        [a, 5],
      ]),
    ).toEqual([3, 1]);
    expect(run([[b, 6]])).toEqual([2]);
    expect(
      run([
        [a, 7],
        [b, 8],
        [c, 9],
      ]),
    ).toEqual([5, 6, 4]);
  });

  it('are none for whoever forgets them, and the others keep theirs', () => {
    const { kept, run, owner } = stage();
    const [a, b] = [owner('a'), owner('b')];
    run([
      [a, 1],
      [b, 2],
    ]);
    kept.forget(a);
    expect([kept.has(a), kept.has(b)]).toEqual([false, true]);
    expect(
      run([
        [a, 3],
        [b, 4],
      ]),
    ).toEqual([undefined, 2]);
    expect(
      run([
        [a, 5],
        [b, 6],
      ]),
    ).toEqual([3, 4]);
  });

  it('give their place up when their owner goes, in the middle of a run too', () => {
    const { kept, run, owner } = stage();
    const [a, b, c] = ['a', 'b', 'c'].map(owner) as [Owner, Owner, Owner];
    run(
      [
        [a, 1],
        [b, 2],
        [c, 3],
      ],
      () => kept.remove(b),
    );
    expect(kept.has(b)).toBe(false);
    kept.remove(a);
    expect(run([[c, 4]])).toEqual([3]);
    expect(run([[c, 5]])).toEqual([4]);
  });

  it('are one tensor at a time, and none when nobody is left or the device is', () => {
    const { kept, seen, run, owner } = stage();
    const [a, b] = [owner('a'), owner('b')];
    for (let i = 0; i < 5; i++)
      run([
        [a, i],
        [b, i],
      ]);
    expect(seen.held).toBe(1);
    kept.remove(a);
    run([[b, 9]], () => kept.remove(b));
    expect(seen.held).toBe(0);
    const c = owner('c');
    run([[c, 1]]);
    kept.drop();
    expect(seen.held).toBe(0);
    expect(kept.has(c)).toBe(false);
  });
});
