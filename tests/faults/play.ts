import { type Chance, chanceOf } from './chance.ts';
import type { Cluster } from './cluster.ts';
import { ask } from './desk.ts';
import type { Carrier, Follower } from './follower.ts';
import { Journal } from './journal.ts';
import { readLedger } from './ledger-table.ts';
import { untilReady } from './node.ts';
import { dueTo, type Known } from './oracle.ts';
import { type Means, openSubscribers } from './subscribers.ts';
import { tableWriter } from './table-writer.ts';
import type { Talks } from './talks.ts';
import { type Tally, tallyOf } from './tally.ts';
import { breath, until, within } from './wait.ts';
import { chronicler, closingWrites, type Pen, publisher, rivals, type Writer } from './writers.ts';

/** What a scenario breaks things with, while writers write and subscribers follow. */
export interface Run {
  readonly cluster: Cluster;
  readonly chance: Chance;
  readonly carriers: readonly Carrier[];
  /** Waits until so many more writes were acknowledged. */
  progress(writes: number): Promise<void>;
  /** Waits until every subscriber has been given something more. */
  everyoneHears(): Promise<void>;
  /** How many connections subscribers have given up so far, having heard nothing over them. */
  givenUp(): number;
  /** Some more subscribers begin, in the midst of it. */
  join(): Promise<void>;
}

export interface Plot {
  readonly name: string;
  readonly seed: number;
  /** Characters that every statement has at least; a few when left out. */
  readonly padding?: number;
}

/** The close code that graphql-ws’s client notes for a socket that it gave up itself. */
export const GIVEN_UP = 4499;

const DELIVERED_WITHIN_MS = 40_000;
/** How many writes there may be beyond those that are waited for. */
const AHEAD = 15;

/**
 * Plays a scenario: writers and subscribers begin, things are broken, all is mended and written to the end, and then
 * every list is compared with the tables.
 */
export async function play(
  cluster: Cluster,
  talks: Talks,
  plot: Plot,
  breakThings: (run: Run) => Promise<void>,
): Promise<Tally> {
  const chance = chanceOf(plot.seed);
  const failures: unknown[] = [];
  const carriers: Carrier[] = [];
  const writers: Promise<void>[] = [];
  const journal = new Journal();
  const writing = new AbortController();
  const acknowledged = () => journal.count('acknowledged');
  let allowed = AHEAD;
  const allow = (writes: number) => {
    allowed = Math.max(allowed, acknowledged() + writes + AHEAD);
  };
  const pen = (name: string): Pen => ({
    name: `${plot.name}: ${name}`,
    journal,
    chance: chance.fork(),
    talks,
    key: cluster.key,
    urls: cluster.nodes.map(({ url }) => url),
    padding: ` ${'.'.repeat(plot.padding ?? 20)}`,
    signal: writing.signal,
    turn: async () => {
      while (!writing.signal.aborted && acknowledged() >= allowed) await breath();
    },
  });
  const followers = () => carriers.flatMap((carrier) => carrier.followers);
  const begin = (means: readonly Means[], cursor: string) =>
    void carriers.push(...openSubscribers(cluster, talks, means, cursor, (error) => failures.push(error)));
  const noFailure = () => {
    if (failures.length > 0) throw failures[0];
  };

  const run: Run = {
    cluster,
    chance,
    carriers,
    progress: async (writes) => {
      const wanted = acknowledged() + writes;
      allow(writes);
      await until(`${writes} more writes were acknowledged`, () => acknowledged() >= wanted);
    },
    everyoneHears: async () => {
      const before = new Map(followers().map((follower) => [follower, follower.deliveries.length]));
      const haveHeard = () => [...before].every(([{ deliveries }, count]) => deliveries.length > count);
      const hear = () => {
        noFailure();
        // What a filter lets through is rare, so it is written until it came.
        allow(0);
        return haveHeard();
      };
      await until('every subscriber was given something', hear);
    },
    givenUp: () => carriers.reduce((sum, { closings }) => sum + (closings.get(GIVEN_UP) ?? 0), 0),
    join: async () => begin(['latecomer'], await head(cluster)),
  };

  try {
    await untilReady(cluster.nodes);
    const from = await head(cluster);
    begin(['helper', 'official client', 'stream', 'sleeper'], from);
    for (const [index, writer] of writersOf(cluster).entries()) writers.push(writer(pen(`writer ${index + 1}`)));
    await run.everyoneHears();
    await breakThings(run);

    writing.abort();
    await within(60_000, 'the last writes', Promise.all(writers));
    await untilReady(cluster.nodes);
    // The first round comes to everybody after all else; what might come twice comes before the second.
    for (const round of ['first', 'second']) await closingWrites(pen(`${round} closing`));
    begin(['re-reader'], from);
    const known = { ledger: await cluster.look(readLedger), journal, talks };
    await delivered(followers(), known, noFailure);
    return tallyOf(carriers, known, from);
  } catch (error) {
    const said = cluster.nodes.map((node) => `node ${node.name}:\n${node.complaints()}`).join('\n');
    throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
  } finally {
    writing.abort();
    for (const carrier of carriers) carrier.stop();
    await Promise.allSettled(writers);
  }
}

function writersOf({ postgres }: Cluster): Writer[] {
  const desk = [publisher, publisher, rivals, rivals, chronicler];
  const table = postgres === null ? publisher : tableWriter(postgres.url);
  return [...desk, table, table, table];
}

/** The head, from whichever node answers. */
async function head({ nodes }: Cluster): Promise<string> {
  let known: string | undefined;
  let turn = 0;
  await until('a node told the head', async () => {
    turn += 1;
    const answer = await ask<{ head: string }>(nodes[turn % nodes.length]?.url ?? '', null, '{ head }').catch(
      () => null,
    );
    known = answer?.head;
    return answer !== null;
  });
  return known ?? '';
}

/** Waits until every subscriber has all that it must get, or plainly will not have it; the tally tells which. */
async function delivered(followers: readonly Follower[], known: Known, noFailure: () => void): Promise<void> {
  const missing = new Map(followers.map((follower) => [follower, dueTo(follower, known)]));
  const deadline = Date.now() + DELIVERED_WITHIN_MS;
  while (missing.size > 0 && Date.now() < deadline) {
    noFailure();
    for (const [follower, due] of missing) {
      if (due.every(({ cursor }) => follower.has(cursor))) missing.delete(follower);
    }
    await breath();
  }
}
