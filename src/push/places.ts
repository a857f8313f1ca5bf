import { networkOf } from '../graphql/rate-key.ts';

export type Refusal = 'node is full' | 'address is full';

/** Counts what a node has so many of, for all and for each network address. */
export class Places {
  readonly #onNode: number;
  readonly #anAddress: number;
  readonly #byNetwork = new Map<string, number>();
  #taken = 0;

  /**
   * @param onNode how many there are
   * @param anAddress how many of them one address may have
   */
  constructor(onNode: number, anAddress: number) {
    this.#onNode = onNode;
    this.#anAddress = anAddress;
  }

  /** Takes a place, which is to be left again; or says why there is none. */
  take(address: string): Refusal | null {
    const network = networkOf(address);
    const there = this.#byNetwork.get(network) ?? 0;
    if (this.#taken >= this.#onNode) return 'node is full';
    if (there >= this.#anAddress) return 'address is full';
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

  /** Whether half of them are taken, of the node's or of those that an address may have. */
  isHalfTaken(address: string): boolean {
    const there = this.#byNetwork.get(networkOf(address)) ?? 0;
    return this.#taken >= this.#onNode / 2 || there >= this.#anAddress / 2;
  }
}
