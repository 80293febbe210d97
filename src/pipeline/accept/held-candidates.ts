import type { IceCandidate } from '../../signaling/protocol.ts';

/**
 * Candidates of a description that is not on its way yet. A socket may be bound before the
 * description is made, but a candidate without its description is an error in a browser (W3C WebRTC:
 * candidates are told after setLocalDescription). As many at most as this machine has addresses.
 */
export class HeldCandidates {
  readonly #tell: (candidate: IceCandidate) => void;
  readonly #held: IceCandidate[] = [];
  #descriptions = 0;

  /** @param tell is given each candidate, in order, when its description is on its way. */
  constructor(tell: (candidate: IceCandidate) => void) {
    this.#tell = tell;
  }

  push(candidate: IceCandidate): void {
    if (this.#descriptions > 0) this.#held.push(candidate);
    else this.#tell(candidate);
  }

  /** A description is being made: what comes is kept. Each needs its {@link described}. */
  describing(): void {
    this.#descriptions++;
  }

  /** A description is on its way, or there will be none. */
  described(): void {
    this.#descriptions--;
    if (this.#descriptions > 0) return;
    for (const candidate of this.#held.splice(0)) this.#tell(candidate);
  }
}
