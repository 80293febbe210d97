import { beforeEach, describe, expect, it } from 'vitest';
import type { FromWorker } from '../../src/pipeline/worker-protocol.ts';
import { WorkerSessions } from '../../src/pipeline/worker-sessions.ts';
import { FakeStages, settings } from './fake-stages.ts';

let stages: FakeStages;
let said: FromWorker[];
let sessions: WorkerSessions;

beforeEach(() => {
  stages = new FakeStages();
  said = [];
  sessions = new WorkerSessions({
    clock: stages.clock,
    stages,
    send: (message) => said.push(message),
    scheduled: () => undefined,
    forget: () => undefined,
    identities: () => [],
    memoryBytes: () => 0,
    processCpuTime: () => 0,
    fault: () => undefined,
  });
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Makes identities wait to be opened. @returns what lets them go on. */
function hold(): () => Promise<unknown> {
  const gate = Promise.withResolvers<void>();
  stages.gate = gate.promise;
  return () => {
    gate.resolve();
    return settle();
  };
}

describe('the sessions of a worker', () => {
  it('say that an identity cannot be worn that is deleted while it is made ready, which counted as worn and was never seen', async () => {
    sessions.handle({ type: 'open', session: 'a', settings });
    await settle();
    const goOn = hold();
    sessions.handle({ type: 'identity', session: 'a', identity: 'vesper', request: 7 });
    sessions.handle({ type: 'forget', identity: 'vesper' });
    await goOn();
    expect(said.at(-1)).toMatchObject({
      type: 'identity-switched',
      request: 7,
      error: { code: 'unknown_identity' },
    });
    expect(stages.closed).toEqual(['vesper']);
  });

  it('wear the later of two identities, and take the earlier for overtaken', async () => {
    sessions.handle({ type: 'open', session: 'a', settings });
    await settle();
    const goOn = hold();
    for (const [request, identity] of ['vesper', 'marlow'].entries())
      sessions.handle({ type: 'identity', session: 'a', identity, request });
    await goOn();
    expect(said.slice(-2)).toEqual([
      { type: 'identity-switched', session: 'a', request: 0 },
      { type: 'identity-switched', session: 'a', request: 1 },
    ]);
    expect(stages.closed).toContain('vesper');
  });

  it('open once for whoever asks last: what became of one that was replaced is no answer to its successor', async () => {
    const goOn = hold();
    sessions.handle({ type: 'open', session: 'a', settings });
    stages.gate = undefined;
    sessions.handle({ type: 'open', session: 'a', settings });
    await settle();
    stages.broken.add('identity');
    await goOn();
    expect(said.map(({ type }) => type)).toEqual(['opened']);
  });
});
