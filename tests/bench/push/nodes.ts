// From a mutation on one node to the subscribers of another.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './accounting.ts';
import { now } from './clock.ts';
import { content, NEGOTIATION, ORDINARY, textOf } from './events.ts';
import { atMost, type Figure, quantity, type Tell } from './figures.ts';
import { type Record, startNode, write } from './parley.ts';
import { demandAll, startSubscribers } from './subscribers.ts';

const MOST_MS = 250;
const SUBSCRIBERS = 20;
const GAP_MS = 15;

export interface Nodes {
  /** Half of them are statements, and half corrections of them. */
  readonly mutations: number;
}

export async function nodes(record: Record, { mutations }: Nodes, tell: Tell): Promise<Figure[]> {
  // Embedded, there is one node only.
  if (record.place.isEmbedded) return [];
  const what = 'mutation on one node to a subscriber of another, p99';
  tell(`${mutations} mutations on one node, ${SUBSCRIBERS} subscribers of another`);
  const [writing, pushing] = [await startNode(record), await startNode(record)];
  const subscribers = await startSubscribers(pushing.socketUrl, { negotiationId: record.negotiationId });
  const publish = async () => {
    record.published += 1;
    const externalId = `event-${record.published}`;
    const statement = content(record.published, ORDINARY);
    await write(writing.url, record.key, 'publishStatement', {
      externalId,
      negotiationId: NEGOTIATION,
      content: statement,
    });
  };
  const correct = async () => {
    const statementId = `event-${record.published}`;
    record.published += 1;
    const externalId = `event-${record.published}`;
    const changes = { text: textOf(record.published, ORDINARY) };
    await write(writing.url, record.key, 'correctStatement', {
      externalId,
      statementId,
      revision: 1,
      note: 'Its number.',
      changes,
    });
  };
  try {
    await subscribers.open(SUBSCRIBERS);
    await subscribers.goLive(publish);
    await subscribers.awaitEvents(mutations, true);
    const asked: number[] = [];
    const acknowledged: number[] = [];
    for (let event = 0; event < mutations; event += 1) {
      asked.push(now());
      await (event % 2 === 0 ? publish() : correct());
      acknowledged.push(now());
      await subscribers.reached(event);
      await sleep(GAP_MS);
    }
    const tally = await subscribers.tally(acknowledged);
    demandAll(tally, mutations);
    const whole = tally.lasts.map((last, event) => last - (asked[event] ?? Number.NaN));
    const answers = acknowledged.map((at, event) => at - (asked[event] ?? Number.NaN));
    const note = `${mutations} statements and corrections; from the answer to each delivery, less than nothing when it came first: in the middle ${quantity(tally.median, 'ms')}. From the request to the last delivery ${quantity(percentile(whole, 0.99), 'ms')} (p99), to the answer ${quantity(percentile(answers, 0.99), 'ms')}.`;
    return [atMost({ name: 'nodes', what, value: tally.p99, unit: 'ms', note, from: { whole, answers } }, MOST_MS)];
  } finally {
    await subscribers.client.end();
    await Promise.all([writing.server.end(), pushing.server.end()]);
  }
}
