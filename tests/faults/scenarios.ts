import { expect } from 'vitest';
import { type Breakage, cutConnections, drainNode, freezeNode, halfOpen, killNode, stallSockets } from './breakages.ts';
import type { Cluster } from './cluster.ts';
import { noFault, type Verdict } from './oracle.ts';
import { GIVEN_UP, play } from './play.ts';
import type { Talks } from './talks.ts';
import { lineOf } from './tally.ts';

/** What is broken, and by what one sees that it was. */
export interface Scenario {
  readonly name: string;
  readonly breakage: Breakage;
  /** Characters that each statement has at least; few when left out. */
  readonly padding?: number;
  /** Close codes of which one is to have come. */
  readonly closes?: readonly number[];
  /** Close codes of which none is to have come. */
  readonly keeps?: readonly number[];
}

/** Close codes, as a client sees them. */
export const CUT_OFF = 1006;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** What may befall any cluster. */
export const EVERYWHERE: readonly Scenario[] = [
  { name: 'a node is killed', breakage: killNode, closes: [CUT_OFF] },
  { name: 'a node is drained', breakage: drainNode, closes: [GOING_AWAY] },
  { name: 'a node is frozen', breakage: freezeNode, closes: [GIVEN_UP] },
  { name: 'sockets are stalled', breakage: stallSockets, padding: 8_000, closes: [CUT_OFF, TRY_AGAIN_LATER] },
  { name: 'connections are half-open', breakage: halfOpen, closes: [GIVEN_UP] },
  { name: 'connections are cut in mid-frame', breakage: cutConnections, closes: [CUT_OFF] },
];

/** Another one draws otherwise who writes what, and which connections are hit. */
const SEED = Number(process.env.FAULTS_SEED ?? 1);

/**
 * Plays a scenario, says in a line how it went, and expects that nobody noticed but by the clock.
 * @param number of the scenario
 */
export async function expectNoFault(cluster: Cluster, talks: Talks, scenario: Scenario, number: number): Promise<void> {
  const { name, breakage, padding, closes, keeps = [] } = scenario;
  const tally = await play(cluster, talks, { name, padding, seed: SEED * 1_000 + number }, async (run) => {
    await Promise.all([breakage(run), run.join()]);
  });
  process.stdout.write(`${cluster.postgres === null ? 'embedded: ' : ''}${lineOf(name, tally)}\n`);
  expect(examplesOf(tally.verdict)).toEqual(noFault());
  // What a subscription may see of all this is the end of its socket.
  expect(tally.endings).toEqual([]);
  expect(tally.rolledBack).toBeGreaterThan(0);
  if (cluster.postgres !== null) expect(tally.givenAnew).toBeGreaterThan(0);
  if (closes) expect([...tally.closings.keys()].some((code) => closes.includes(code))).toBe(true);
  expect([...tally.closings.keys()].filter((code) => keeps.includes(code))).toEqual([]);
}

const EXAMPLES = 5;

function examplesOf({ lost, twice, outOfOrder, notAllowed }: Verdict): Verdict {
  const some = (faults: string[]) => faults.slice(0, EXAMPLES);
  return { lost: some(lost), twice: some(twice), outOfOrder: some(outOfOrder), notAllowed: some(notAllowed) };
}
