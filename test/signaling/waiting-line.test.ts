import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/signaling/admission.ts';
import type { Link } from '../../src/signaling/link.ts';
import type { ServerMessage } from '../../src/signaling/protocol.ts';
import { Refusal } from '../../src/signaling/refusal.ts';
import { WaitingLine } from '../../src/signaling/waiting-line.ts';

/** A machine that carries so many. */
class FakeMachine implements Admission {
  capacity = 1;
  readonly reserved = new Set<string>();

  reserve(participant: string) {
    if (this.reserved.size < this.capacity) {
      this.reserved.add(participant);
      return { fits: true } as const;
    }
    const estimate = {
      sessions: this.reserved.size,
      capacity: this.capacity,
      frameMs: 41.2,
      budgetMs: 33.3,
    };
    return { fits: false, reason: 'workers-full', estimate } as const;
  }

  release(participant: string) {
    this.reserved.delete(participant);
  }
}

class FakeLink implements Link {
  open = true;
  readonly received: ServerMessage[] = [];
  send(message: ServerMessage) {
    this.received.push(message);
  }
  refuse() {
    this.open = false;
  }
  get places() {
    return this.received.map((message) => message.type === 'queued' && message.place);
  }
}

let machine: FakeMachine;
let now: number;

beforeEach(() => {
  machine = new FakeMachine();
  now = 0;
});

const settle = () => new Promise((resolve) => setImmediate(resolve));
const create = (length = 3) =>
  new WaitingLine({ admission: machine, length, patience: 60_000, clock: () => now });

/** Somebody who comes; what became of them stands in `outcome`. */
function come(line: WaitingLine, participant: string) {
  const somebody = { link: new FakeLink(), outcome: 'waiting', refusal: undefined as unknown };
  const { link } = somebody;
  line.enter({ participant, identity: 'ada', link, pingIntervalMs: 10_000 }).then(
    (outcome) => {
      somebody.outcome = outcome;
    },
    (refusal) => {
      somebody.outcome = 'refused';
      somebody.refusal = refusal;
    },
  );
  return somebody;
}

describe('the line of those who want in', () => {
  it('lets everybody in where nothing is measured', async () => {
    const line = new WaitingLine({
      admission: undefined,
      length: 0,
      patience: 0,
      clock: () => now,
    });
    const people = ['a', 'b', 'c'].map((id) => come(line, id));
    await settle();
    expect(people.map(({ outcome }) => outcome)).toEqual(['admitted', 'admitted', 'admitted']);
  });

  it('refuses who does not fit where nobody waits, in a sentence with figures', async () => {
    const line = create(0);
    come(line, 'a');
    const { refusal } = come(line, 'b');
    const second = come(line, 'b');
    await settle();
    expect(refusal ?? second.refusal).toMatchObject({
      code: 'over_capacity',
      message:
        'One person is here, and this machine has time for 1: with one more, a frame could take 41 ms of the 33 ms that it has.',
      estimate: { sessions: 1, capacity: 1, frameMs: 41.2, budgetMs: 33.3, waitMs: null },
    });
  });

  it('keeps the others waiting, tells them their place, and lets them in in order', async () => {
    const line = create();
    come(line, 'a');
    const [second, third] = [come(line, 'b'), come(line, 'c')];
    await settle();
    expect([second.outcome, third.outcome]).toEqual(['waiting', 'waiting']);
    expect([second.link.places, third.link.places]).toEqual([[1], [2]]);
    machine.release('a');
    line.tick();
    await settle();
    expect([second.outcome, third.outcome]).toEqual(['admitted', 'waiting']);
    expect(third.link.places).toEqual([2, 1]);
    expect([...machine.reserved]).toEqual(['b']);
  });

  it('lets nobody overtake those who wait', async () => {
    const line = create();
    come(line, 'a');
    const second = come(line, 'b');
    machine.capacity = 2;
    const third = come(line, 'c');
    await settle();
    expect([second.outcome, third.outcome]).toEqual(['admitted', 'waiting']);
  });

  it('says every few seconds that it lives', async () => {
    const line = create();
    come(line, 'a');
    const { link } = come(line, 'b');
    for (now = 0; now < 12_000; now += 250) line.tick();
    expect(link.places).toEqual([1, 1, 1]);
  });

  it('estimates the wait by how long calls last', () => {
    const line = create();
    machine.capacity = 2;
    come(line, 'a');
    come(line, 'b');
    line.stayed(50_000);
    line.stayed(70_000);
    const { link } = come(line, 'c');
    expect(link.received).toMatchObject([{ place: 1, estimate: { waitMs: 30_000 } }]);
  });

  it('is not longer than it is set, and nobody waits in it longer', async () => {
    const line = create(1);
    come(line, 'a');
    const second = come(line, 'b');
    const third = come(line, 'c');
    await settle();
    expect(third.refusal).toMatchObject({ code: 'over_capacity' });
    expect(machine.reserved.has('c')).toBe(false);
    now = 60_000;
    line.tick();
    await settle();
    expect(second.refusal).toMatchObject({ code: 'over_capacity' });
    expect(line.length).toBe(0);
  });

  it('forgets who has gone', async () => {
    const line = create();
    come(line, 'a');
    const [second, third] = [come(line, 'b'), come(line, 'c')];
    second.link.open = false;
    line.tick();
    await settle();
    expect(second.outcome).toBe('gone');
    expect(third.link.places.at(-1)).toBe(1);
  });

  it('sends everybody away when the server goes', async () => {
    const line = create();
    come(line, 'a');
    const second = come(line, 'b');
    line.refuseAll(new Refusal('server_draining', 'Going away.'));
    await settle();
    expect(second.refusal).toMatchObject({ code: 'server_draining' });
  });
});
