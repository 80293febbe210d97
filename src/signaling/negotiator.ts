import { UnderstudyError } from '../errors.ts';
import {
  type Negotiation,
  type NegotiationEvent,
  negotiate,
  openNegotiation,
} from './negotiation.ts';
import type { IceCandidate, SessionDescription } from './protocol.ts';

/** The W3C primitives that negotiation needs of a peer connection. */
export interface Negotiable {
  readonly signalingState: string;
  setLocalDescription(description?: SessionDescription): Promise<SessionDescription>;
  setRemoteDescription(description: SessionDescription): Promise<void>;
  addIceCandidate(candidate: IceCandidate): Promise<void>;
}

/** Steps that may wait: an offer and a burst of candidates fit, a flood does not. */
const MAX_WAITING = 64;

/**
 * Drives a peer connection through perfect negotiation, one step at a time. A failing step is
 * reported to whoever caused it and leaves the machine stable.
 */
export class Negotiator {
  readonly #peer: Negotiable;
  readonly #send: (description: SessionDescription) => void;
  readonly #failed: (reason: unknown) => void;
  #machine: Negotiation;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** @param failed told of an offer of our own that could not be made. */
  constructor(options: {
    peer: Negotiable;
    polite: boolean;
    waitsForOffer?: boolean;
    send(description: SessionDescription): void;
    failed(reason: unknown): void;
  }) {
    this.#peer = options.peer;
    this.#send = options.send;
    this.#failed = options.failed;
    this.#machine = openNegotiation(options);
  }

  get state(): Negotiation {
    return this.#machine;
  }

  /** The peer connection has something to tell the other side. */
  negotiationNeeded(): void {
    this.#enqueue(() => this.#step({ type: 'negotiation-needed' })).catch(this.#failed);
  }

  /**
   * A description of the other side's.
   * @throws what the peer connection throws at it; the negotiation is stable again then.
   */
  description(description: SessionDescription): Promise<void> {
    return this.#enqueue(() =>
      this.#step({ type: 'remote', description: description.type }, description),
    );
  }

  /** @throws what the peer connection throws, but for candidates of an ignored offer. */
  candidate(candidate: IceCandidate): Promise<void> {
    return this.#enqueue(async () => {
      try {
        await this.#peer.addIceCandidate(candidate);
      } catch (error) {
        if (!this.#machine.ignoredOffer) throw error;
      }
    });
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    if (this.#waiting >= MAX_WAITING) {
      return Promise.reject(
        new UnderstudyError(
          'negotiation_failed',
          `More than ${MAX_WAITING} negotiation steps are waiting.`,
          { valid: MAX_WAITING },
        ),
      );
    }
    this.#waiting += 1;
    const done = this.#tail.then(task).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #step(event: NegotiationEvent, description?: SessionDescription): Promise<void> {
    const [next, actions] = negotiate(this.#machine, event);
    this.#machine = next;
    for (const action of actions) {
      try {
        await this.#act(action, description);
      } catch (error) {
        await this.#recover();
        throw error;
      }
    }
  }

  /** A half-applied description is taken back, so that the next one finds a stable connection. */
  async #recover(): Promise<void> {
    try {
      const { signalingState } = this.#peer;
      if (signalingState === 'have-remote-offer') {
        await this.#peer.setRemoteDescription({ type: 'rollback' });
      } else if (signalingState === 'have-local-offer') {
        await this.#peer.setLocalDescription({ type: 'rollback' });
      }
    } catch (error) {
      this.#failed(error);
    }
    const { needed } = this.#machine;
    [this.#machine] = negotiate({ ...this.#machine, needed: false }, { type: 'failed' });
    if (needed) this.negotiationNeeded();
  }

  async #act(
    action: ReturnType<typeof negotiate>[1][number],
    description: SessionDescription | undefined,
  ): Promise<void> {
    switch (action) {
      case 'offer':
        this.#send(await this.#peer.setLocalDescription());
        return this.#step({ type: 'offer-made' });
      case 'rollback':
        await this.#peer.setLocalDescription({ type: 'rollback' });
        return;
      case 'answer':
        await this.#peer.setRemoteDescription(description!);
        this.#send(await this.#peer.setLocalDescription());
        return this.#step({ type: 'answer-made' });
      case 'apply-answer':
        await this.#peer.setRemoteDescription(description!);
        return this.#step({ type: 'answer-applied' });
      case 'apply-rollback':
        await this.#peer.setRemoteDescription({ type: 'rollback' });
    }
  }
}
