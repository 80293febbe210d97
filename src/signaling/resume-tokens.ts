import { createHash } from 'node:crypto';

/**
 * Tokens that give a place back after a dropped connection: for one use, one valid at a time for
 * each participant, gone with the place. Only digests are kept.
 */
export class ResumeTokens {
  readonly #random: () => string;
  readonly #holders = new Map<string, string>();
  readonly #digests = new Map<string, string>();

  /** @param random at least 120 bits nobody can guess. */
  constructor(random: () => string) {
    this.#random = random;
  }

  /** A new token; the participant's earlier one is void. */
  issue(participant: string): string {
    this.revoke(participant);
    const token = this.#random();
    const digest = digestOf(token);
    this.#holders.set(digest, participant);
    this.#digests.set(participant, digest);
    return token;
  }

  /** @returns whose token it was; undefined for one unknown, used or revoked. It is void now. */
  redeem(token: string): string | undefined {
    const participant = this.#holders.get(digestOf(token));
    if (participant !== undefined) this.revoke(participant);
    return participant;
  }

  revoke(participant: string): void {
    const digest = this.#digests.get(participant);
    if (digest === undefined) return;
    this.#digests.delete(participant);
    this.#holders.delete(digest);
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
