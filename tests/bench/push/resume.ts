// Many clients that come back at once, all a hundred entries behind, to a node that has just been started.

import { now } from './clock.ts';
import { atMostTimes, exactly, type Figure, notMeasured, type Tell } from './figures.ts';
import type { Tally } from './load-client.ts';
import { head, type Record, startNode, startWriter } from './parley.ts';
import { demandAll, startSubscribers } from './subscribers.ts';

export interface Resume {
  readonly few: number;
  readonly many: number;
  /** How long they may take to be live again. */
  readonly patienceMs: number;
}

const BEHIND = 100;
const BATCH = 10;
/** Ten times the clients may take longer, which costs looks at the head; they must not cost queries of their own. */
const QUERIES_TIMES = 2;

export async function resume(record: Record, { few, many, patienceMs }: Resume, tell: Tell): Promise<Figure[]> {
  const some = await resuming(record, few, patienceMs, tell);
  const all = await resuming(record, many, patienceMs, tell);
  const clients = `${many.toLocaleString('en')} clients resuming ${BEHIND} entries behind`;
  const live = `share of ${clients} that are live again`;
  const queries = `database queries for ${clients}`;
  const found = [
    exactly(
      {
        name: 'resume',
        what: live,
        value: (100 * all.tally.complete) / many,
        unit: '%',
        note: `${all.tally.complete} of ${many} had all ${BEHIND} and the next live event after ${(all.milliseconds / 1_000).toFixed(1)} s, ${some.tally.complete} of ${few} after ${(some.milliseconds / 1_000).toFixed(1)} s.${reasons(all.tally)}`,
        from: { some, all },
      },
      100,
    ),
  ];
  if (some.tally.complete < few || all.tally.complete < many) {
    const why = `Not all came back within ${patienceMs / 1_000} s; until then ${few} clients cost ${some.queries}, and ${many} cost ${all.queries}.`;
    return [...found, notMeasured('resume', queries, why)];
  }
  const note = `Every query of a freshly started node, from the first resumption to the last client that is live.`;
  return [
    ...found,
    atMostTimes({ name: 'resume', what: queries, value: all.queries, unit: '', note }, QUERIES_TIMES, {
      words: `for ${few}`,
      value: some.queries,
    }),
  ];
}

interface Resumed {
  readonly tally: Tally;
  readonly queries: number;
  readonly milliseconds: number;
  readonly statements: Readonly<globalThis.Record<string, number>>;
}

async function resuming(record: Record, count: number, patienceMs: number, tell: Tell): Promise<Resumed> {
  tell(`${count} clients resume ${BEHIND} entries behind`);
  const after = await fallBehind(record);
  const node = await startNode(record, ['push/count-queries.js']);
  const writer = await startWriter(record, node);
  const { negotiationId } = record;
  const subscribers = await startSubscribers(node.socketUrl, { negotiationId, after });
  try {
    await subscribers.open(count, { subscribes: false });
    await subscribers.awaitEvents(BEHIND + 1);
    await node.server.ask('queries');
    const began = now();
    await subscribers.client.ask('subscribe', {}, patienceMs);
    const until = Date.now() + patienceMs;
    const isCaughtUp = await comes(subscribers.reached(BEHIND - 1, patienceMs));
    if (isCaughtUp) await writer.publish(1);
    const isLive = isCaughtUp && (await comes(subscribers.reached(BEHIND, until - Date.now() + 1_000)));
    const milliseconds = now() - began;
    const tally = await subscribers.tally();
    if (isLive) demandAll(tally, BEHIND + 1);
    const statements = await node.server.ask<globalThis.Record<string, number>>('queries');
    const queries = Object.values(statements).reduce((sum, each) => sum + each, 0);
    return { tally, queries, milliseconds, statements };
  } finally {
    await subscribers.client.end();
    await Promise.all([node.server.end(), writer.end()]);
  }
}

/** Publishes a hundred statements, and gives the cursor before them. */
async function fallBehind(record: Record): Promise<string> {
  const node = await startNode(record);
  const writer = await startWriter(record, node);
  try {
    const after = await head(node.url, record);
    // Embedded, what is published at once comes in any order, and the order is what is checked.
    const batch = record.place.isEmbedded ? 1 : BATCH;
    for (let entries = 0; entries < BEHIND; entries += batch) await writer.publish(batch);
    return after;
  } finally {
    await Promise.all([node.server.end(), writer.end()]);
  }
}

/** Whether something came in time. */
function comes(event: Promise<void>): Promise<boolean> {
  return event.then(
    () => true,
    () => false,
  );
}

function reasons({ ended }: Tally): string {
  return Object.keys(ended).length === 0 ? '' : ` Some ended: ${JSON.stringify(ended)}`;
}
