import type { Carrier } from './follower.ts';
import { judgeFollower, judgeLedger, type Known, noFault, type Verdict, wordsOf } from './oracle.ts';

/** How a scenario went, in numbers. */
export interface Tally {
  readonly verdict: Verdict;
  readonly acknowledged: number;
  readonly rolledBack: number;
  /** Positions that were given to transactions which were rolled back, and are another entry’s now. */
  readonly givenAnew: number;
  /** Writes whose answer was lost, and how many of them stand in the ledger. */
  readonly unknown: number;
  readonly unknownFound: number;
  readonly subscribers: number;
  readonly deliveries: number;
  /** How often each close code came. */
  readonly closings: ReadonlyMap<number, number>;
  /** Each subscription that a server ended by itself, with what it said. */
  readonly endings: readonly string[];
}

/** @param from the cursor at which the scenario began */
export function tallyOf(carriers: readonly Carrier[], known: Known, from: string): Tally {
  const { ledger, journal } = known;
  const verdict = noFault();
  const followers = carriers.flatMap((carrier) => carrier.followers);
  const written = ledger.slice(ledger.findIndex(({ cursor }) => cursor === from) + 1);
  judgeLedger(written, known, verdict);
  for (const follower of followers) judgeFollower(follower, known, verdict);
  const found = new Set(written.map((entry) => wordsOf(entry, journal)));
  const head = ledger.at(-1)?.position ?? 0n;
  return {
    verdict,
    acknowledged: journal.count('acknowledged'),
    rolledBack: journal.count('rolled back'),
    givenAnew: journal.takenBack.filter((position) => position <= head).length,
    unknown: journal.count('unknown'),
    unknownFound: journal.all().filter(({ outcome, words }) => outcome === 'unknown' && found.has(words)).length,
    subscribers: followers.length,
    deliveries: followers.reduce((sum, { deliveries }) => sum + deliveries.length, 0),
    closings: sumOf(carriers),
    endings: followers.flatMap(({ endings }) => endings),
  };
}

function sumOf(carriers: readonly Carrier[]): Map<number, number> {
  const sum = new Map<number, number>();
  for (const { closings } of carriers) {
    for (const [code, count] of closings) sum.set(code, (sum.get(code) ?? 0) + count);
  }
  return sum;
}

/** One line about a scenario. */
export function lineOf(name: string, tally: Tally): string {
  const { verdict, closings } = tally;
  const codes = [...closings].sort(([one], [other]) => one - other).map(([code, count]) => `${count} × ${code}`);
  return [
    `${name}:`,
    `${tally.acknowledged} writes acknowledged,`,
    `${tally.rolledBack} rolled back (${tally.givenAnew} positions given anew),`,
    `${tally.unknown} unanswered (${tally.unknownFound} in the ledger);`,
    `${tally.subscribers} subscribers, ${tally.deliveries} deliveries,`,
    `sockets closed ${codes.join(', ') || 'never'}, ${tally.endings.length} subscriptions ended by a node:`,
    `lost ${verdict.lost.length}, twice ${verdict.twice.length},`,
    `out of order ${verdict.outOfOrder.length}, not allowed ${verdict.notAllowed.length}`,
  ].join(' ');
}
