/** Chance that is the same for the same seed. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  oneOf<T>(list: readonly T[]): T;
  /** True as often as `probability` says. */
  hits(probability: number): boolean;
  /** Another one, for somebody who draws at moments of their own. */
  fork(): Chance;
}

/** mulberry32 */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    below,
    oneOf: <T>(list: readonly T[]) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new Error('nothing to choose from');
      return one;
    },
    hits: (probability) => next() < probability,
    fork: () => chanceOf(below(2 ** 31)),
  };
}
