import { networkOf } from '../graphql/rate-key.ts';

export interface PlaceLimits {
  readonly connections: number;
  readonly connectionsAnAddress: number;
}

export type Refusal = 'node is full' | 'address is full';

/** Counts who is connected for long, over WebSockets and as streams alike. */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #byNetwork = new Map<string, number>();
  #taken = 0;

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** Takes a place, which is to be left again; or says why there is none. */
  take(address: string): Refusal | null {
    const network = networkOf(address);
    const there = this.#byNetwork.get(network) ?? 0;
    if (this.#taken >= this.#limits.connections) return 'node is full';
    if (there >= this.#limits.connectionsAnAddress) return 'address is full';
    this.#taken += 1;
    this.#byNetwork.set(network, there + 1);
    return null;
  }

  leave(address: string): void {
    this.#taken -= 1;
    const network = networkOf(address);
    const there = (this.#byNetwork.get(network) ?? 0) - 1;
    if (there > 0) this.#byNetwork.set(network, there);
    else this.#byNetwork.delete(network);
  }
}
