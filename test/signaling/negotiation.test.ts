import { describe, expect, it } from 'vitest';
import {
  type Negotiation,
  type NegotiationEvent,
  negotiate,
  openNegotiation,
} from '../../src/signaling/negotiation.ts';

function walk(start: Negotiation, events: NegotiationEvent[]) {
  let machine = start;
  const actions = events.map((event) => {
    const [next, now] = negotiate(machine, event);
    machine = next;
    return now;
  });
  return { machine, actions };
}

const NEEDED = { type: 'negotiation-needed' } as const;
const MADE = { type: 'offer-made' } as const;
const APPLIED = { type: 'answer-applied' } as const;
const ANSWERED = { type: 'answer-made' } as const;
const OFFER = { type: 'remote', description: 'offer' } as const;
const ANSWER = { type: 'remote', description: 'answer' } as const;

describe('negotiation', () => {
  const impolite = openNegotiation({ polite: false });
  const polite = openNegotiation({ polite: true });

  it('offers, waits for the answer, and is stable again', () => {
    const { machine, actions } = walk(impolite, [NEEDED, MADE, ANSWER, APPLIED]);
    expect(actions).toEqual([['offer'], [], ['apply-answer'], []]);
    expect(machine.state.name).toBe('stable');
  });

  it('answers an offer', () => {
    expect(walk(impolite, [OFFER, ANSWERED]).actions).toEqual([['answer'], []]);
  });

  it('gathers the changes that come meanwhile into one more offer', () => {
    const { actions } = walk(impolite, [NEEDED, MADE, NEEDED, NEEDED, ANSWER, APPLIED]);
    expect(actions).toEqual([['offer'], [], [], [], ['apply-answer'], ['offer']]);
  });

  it('ignores the other’s offer in a collision when impolite', () => {
    const { machine, actions } = walk(impolite, [NEEDED, MADE, OFFER]);
    expect(actions.at(-1)).toEqual([]);
    expect(machine).toMatchObject({ ignoredOffer: true, state: { name: 'awaiting-answer' } });
    const [after] = negotiate(machine, ANSWER);
    expect(after.ignoredOffer).toBe(false);
  });

  it('takes its own offer back in a collision when polite, and makes it again after', () => {
    const { actions } = walk(polite, [NEEDED, MADE, OFFER, ANSWERED]);
    expect(actions).toEqual([['offer'], [], ['rollback', 'answer'], ['offer']]);
  });

  it('takes an answer to an offer that was taken back for the relic that it is', () => {
    const { actions } = walk(polite, [NEEDED, MADE, OFFER, ANSWER]);
    expect(actions.at(-1)).toEqual([]);
    expect(walk(polite, [ANSWER]).actions).toEqual([[]]);
  });

  it('holds its offers back until the other side has made the first, where asked to', () => {
    const waiting = openNegotiation({ polite: false, waitsForOffer: true });
    const { actions } = walk(waiting, [NEEDED, OFFER, ANSWERED]);
    expect(actions).toEqual([[], ['answer'], ['offer']]);
  });

  it('lets the other side take its offer back', () => {
    const { actions } = walk(impolite, [
      OFFER,
      NEEDED,
      { type: 'remote', description: 'rollback' },
    ]);
    expect(actions).toEqual([['answer'], [], ['apply-rollback', 'offer']]);
    expect(walk(impolite, [{ type: 'remote', description: 'rollback' }]).actions).toEqual([[]]);
  });

  it('is stable again after a failure', () => {
    expect(walk(impolite, [OFFER, { type: 'failed' }]).machine.state.name).toBe('stable');
  });
});
