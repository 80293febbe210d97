import { HttpProblem } from './http/http-problem.ts';

export interface ConnectionBoundsOptions {
  /** Signaling connections, joined or not. */
  readonly max: number;
  /** Of these from one client's network. */
  readonly maxPerNetwork: number;
}

/** How many signaling connections there are, in all and from each network, and whether there may be one more. */
export class ConnectionBounds {
  readonly #options: ConnectionBoundsOptions;
  /** Of networks from which there are any. */
  readonly #perNetwork = new Map<string, number>();
  #count = 0;

  constructor(options: ConnectionBoundsOptions) {
    this.#options = options;
  }

  /** Networks that are remembered. */
  get networks(): number {
    return this.#perNetwork.size;
  }

  /** @param network undefined: this machine, which has no bound of its own. */
  refusal(network: string | undefined): HttpProblem | undefined {
    const { max, maxPerNetwork } = this.#options;
    if (this.#count >= max) {
      const sentence = `All ${max} connections of this server are taken: try again later, waiting longer each time.`;
      return new HttpProblem(503, 'server_full', sentence, { value: this.#count, valid: max });
    }
    const own = network === undefined ? 0 : (this.#perNetwork.get(network) ?? 0);
    if (own < maxPerNetwork) return undefined;
    const sentence = `There are ${own} connections from your address, as many as there may be: close one of them, or try again later.`;
    return new HttpProblem(429, 'too_many_connections', sentence, {
      value: own,
      valid: maxPerNetwork,
    });
  }

  opened(network: string | undefined): void {
    this.#count += 1;
    if (network !== undefined)
      this.#perNetwork.set(network, (this.#perNetwork.get(network) ?? 0) + 1);
  }

  closed(network: string | undefined): void {
    this.#count -= 1;
    if (network === undefined) return;
    const left = (this.#perNetwork.get(network) ?? 0) - 1;
    if (left > 0) this.#perNetwork.set(network, left);
    else this.#perNetwork.delete(network);
  }
}
