import { setTimeout as delay } from 'node:timers/promises';

/** Sent away no faster than this, so that those who come back do not come at once. */
const A_SECOND = 200;

/** Who is connected, and can be told to come back elsewhere. */
export interface Leaver {
  goAway(): void;
}

/**
 * Sends everybody away, over some time and in no order.
 * @param most milliseconds that it may take
 */
export async function sendAway(leavers: readonly Leaver[], most: number): Promise<void> {
  const span = Math.min(most, (leavers.length / A_SECOND) * 1_000);
  const begun = performance.now();
  for (const [index, leaver] of shuffled(leavers).entries()) {
    const wait = begun + (span * index) / leavers.length - performance.now();
    if (wait > 0) await delay(wait);
    leaver.goAway();
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
