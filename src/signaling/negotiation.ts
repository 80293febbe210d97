import type { SessionDescription } from './protocol.ts';

/**
 * Perfect negotiation (W3C WebRTC §10.7) as a pure state machine: either side may offer at any
 * time, and when both do, the polite one takes its offer back. Here the client is polite and the
 * server is not: rolling back is the browser's best-tested path, and the server has the offers
 * that must not wait, a new participant's avatar.
 */
type NegotiationState =
  | { readonly name: 'stable' }
  /** The own offer is being made. */
  | { readonly name: 'offering' }
  /** The own offer is sent. */
  | { readonly name: 'awaiting-answer' }
  /** The other side's offer is being applied and answered. */
  | { readonly name: 'answering' };

export interface Negotiation {
  readonly polite: boolean;
  readonly state: NegotiationState;
  /** A change waits for the next offer. */
  readonly needed: boolean;
  /** An offer of the other side's was ignored: what belongs to it is ignored too. */
  readonly ignoredOffer: boolean;
  /** Offers are held back until the other side has made its first one. */
  readonly waitsForOffer: boolean;
}

export type NegotiationEvent =
  | { readonly type: 'negotiation-needed' }
  | { readonly type: 'offer-made' }
  | { readonly type: 'answer-made' }
  | { readonly type: 'answer-applied' }
  | { readonly type: 'remote'; readonly description: SessionDescription['type'] }
  /** What was under way failed; the connection itself is still there. */
  | { readonly type: 'failed' };

type NegotiationAction =
  /** Make an offer, set it locally, send it; then say `offer-made`. */
  | 'offer'
  /** Take the own offer back before applying what follows. */
  | 'rollback'
  /** Apply the offer at hand, make and send an answer; then say `answer-made`. */
  | 'answer'
  /** Apply the answer at hand; then say `answer-applied`. */
  | 'apply-answer'
  /** Take the other side's offer back, as it asks. */
  | 'apply-rollback';

export function openNegotiation(options: {
  polite: boolean;
  waitsForOffer?: boolean;
}): Negotiation {
  return {
    polite: options.polite,
    state: { name: 'stable' },
    needed: false,
    ignoredOffer: false,
    waitsForOffer: options.waitsForOffer ?? false,
  };
}

type Step = readonly [Negotiation, readonly NegotiationAction[]];

/** The transition: what happened → the next state and what to do, in order. */
export function negotiate(now: Negotiation, event: NegotiationEvent): Step {
  switch (event.type) {
    case 'negotiation-needed':
      return settle({ ...now, needed: true });
    case 'offer-made':
      // A polite side whose offer lost the race while it was being made has left this state.
      if (now.state.name !== 'offering') return [now, []];
      return [{ ...now, state: { name: 'awaiting-answer' } }, []];
    case 'answer-made':
    case 'answer-applied':
      return settle({ ...now, state: { name: 'stable' } });
    case 'failed':
      return settle({ ...now, state: { name: 'stable' } });
    case 'remote':
      return remote(now, event.description);
  }
}

function remote(now: Negotiation, description: SessionDescription['type']): Step {
  if (description === 'offer') {
    const collision = now.state.name === 'offering' || now.state.name === 'awaiting-answer';
    if (collision && !now.polite) return [{ ...now, ignoredOffer: true }, []];
    const next: Negotiation = {
      ...now,
      state: { name: 'answering' },
      ignoredOffer: false,
      waitsForOffer: false,
      // What the own offer said is still to be said.
      needed: now.needed || collision,
    };
    return [next, collision ? ['rollback', 'answer'] : ['answer']];
  }
  if (description === 'rollback') {
    if (now.state.name !== 'answering') return [now, []];
    const [settled, actions] = settle({ ...now, state: { name: 'stable' } });
    return [settled, ['apply-rollback', ...actions]];
  }
  // An answer to an offer that was taken back is a relic.
  if (now.state.name !== 'awaiting-answer') return [now, []];
  return [{ ...now, ignoredOffer: false }, ['apply-answer']];
}

/** Begins the next offer where one is needed and nothing is under way. */
function settle(now: Negotiation): Step {
  if (now.state.name !== 'stable' || !now.needed || now.waitsForOffer) return [now, []];
  return [{ ...now, state: { name: 'offering' }, needed: false }, ['offer']];
}
