import { beforeEach, describe, expect, it } from 'vitest';
import { UncountedWork } from '../../../src/pipeline/budget/uncounted-work.ts';

let work: UncountedWork;
let used: { thread: number; process: number };

beforeEach(() => {
  work = new UncountedWork();
  used = { thread: 700, process: 900 };
  work.sample(used);
});

/** A second in which frames were drawn: their stages, and what was done beside them, in all. */
function second({ frames = 30, stages = 6, beside = 9, otherThreads = 3 } = {}) {
  for (let frame = 0; frame < frames; frame++) work.turned(stages);
  const thread = frames * stages + beside;
  used = { thread: used.thread + thread, process: used.process + thread + otherThreads };
  work.sample(used);
}

describe('the work that no stage counts', () => {
  it('is what the process takes beyond the stages, for each frame', () => {
    second();
    expect(work.perFrame?.thread).toBeCloseTo(0.3);
    expect(work.perFrame?.process).toBeCloseTo(0.4);
  });

  it('is not known before frames were drawn, and not learnt from a second of hardly any', () => {
    expect(work.perFrame).toBeUndefined();
    second({ frames: 0 });
    second({ frames: 9, beside: 400 });
    expect(work.perFrame).toBeUndefined();
  });

  it('is the same where most frames are left out after they were decoded', () => {
    second({ frames: 60, beside: 18 });
    const whole = work.perFrame!.thread;
    for (let i = 0; i < 9; i++) second({ frames: 60, stages: 1, beside: 18 });
    expect(work.perFrame?.thread).toBeCloseTo(whole);
  });

  it('does not grow by a second or two in which garbage is collected or an identity is opened', () => {
    for (let i = 0; i < 4; i++) second();
    second({ beside: 400 });
    second({ beside: 200 });
    expect(work.perFrame?.thread).toBeCloseTo(0.3);
  });

  it('follows what lasts within five seconds', () => {
    for (let i = 0; i < 60; i++) second();
    for (let i = 0; i < 5; i++) second({ beside: 24 });
    expect(work.perFrame?.thread).toBeCloseTo(0.8);
  });

  it('is nothing where the stages seem to take more than the process did', () => {
    for (let i = 0; i < 3; i++) second({ beside: -5, otherThreads: 0 });
    expect(work.perFrame).toEqual({ thread: 0, process: 0 });
  });
});
