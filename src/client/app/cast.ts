import { EventEmitter } from '../sdk/event-emitter.ts';
import type { Enrolment, Identities, IdentitySummary } from '../sdk/index.ts';
import { deleteTokenOf, forgetDeleteToken, keepDeleteToken } from './preferences.io.ts';

export type CastState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'ready'; readonly identities: readonly IdentitySummary[] };

/** The identities that can be chosen, as the lobby and the call both show them. */
export class Cast extends EventEmitter<{ change: CastState }> {
  readonly #api: Identities;
  readonly #met = new Set<string>();
  #state: CastState = { kind: 'loading' };

  constructor(api: Identities) {
    super();
    this.#api = api;
  }

  get state(): CastState {
    return this.#state;
  }

  /** Someone is seen as an identity that may be newer than the list: asks again, once for each. */
  meet(identity: string): void {
    if (this.#state.kind !== 'ready' || this.#met.has(identity)) return;
    this.#met.add(identity);
    if (!this.#state.identities.some(({ id }) => id === identity)) void this.load();
  }

  nameOf(identity: string): string {
    const known = this.#state.kind === 'ready' ? this.#state.identities : [];
    return known.find(({ id }) => id === identity)?.name ?? identity;
  }

  async load(): Promise<void> {
    try {
      this.#enter({ kind: 'ready', identities: await this.#api.list() });
    } catch (error) {
      this.#enter({ kind: 'failed', error });
    }
  }

  /** Whether this browser enrolled it, and so may delete it. */
  isOwn(id: string): boolean {
    return deleteTokenOf(id) !== null;
  }

  /** @throws EnrolmentError, ClientError */
  async enrol(enrolment: Enrolment): Promise<IdentitySummary> {
    const { deleteToken, ...identity } = await this.#api.enrol(enrolment);
    keepDeleteToken(identity.id, deleteToken);
    await this.load();
    return identity;
  }

  /** @throws EnrolmentError, ClientError */
  async delete(id: string): Promise<void> {
    await this.#api.delete(id, deleteTokenOf(id) ?? '');
    forgetDeleteToken(id);
    await this.load();
  }

  #enter(state: CastState): void {
    this.#state = state;
    this.emit('change', state);
  }
}
