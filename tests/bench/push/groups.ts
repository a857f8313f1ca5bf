// How often an event is executed and serialised, with several groups of several subscribers each.

import { operationOf } from './events.ts';
import { exactly, type Figure, type Tell } from './figures.ts';
import { type Record, startNode, startWriter } from './parley.ts';
import { demandAll, startSubscribers } from './subscribers.ts';

const GROUPS = 3;
const SUBSCRIBERS = 20;
const EVENTS = 10;

interface Counted {
  readonly executions: number;
  readonly serialisations: number;
}

export async function groups(record: Record, tell: Tell): Promise<Figure[]> {
  tell(`executions of ${EVENTS} events for ${GROUPS} groups of ${SUBSCRIBERS} subscribers`);
  const node = await startNode(record, ['push/count-executions.js']);
  const [writer, subscribers] = await Promise.all([
    startWriter(record, node),
    startSubscribers(node.socketUrl, { negotiationId: record.negotiationId }),
  ]);
  try {
    const queries = Array.from({ length: GROUPS }, (_, group) => operationOf(group));
    await subscribers.open(GROUPS * SUBSCRIBERS, { queries });
    await subscribers.goLive(writer.publish);
    await subscribers.awaitEvents(EVENTS);
    const before = await node.server.ask<Counted>('executions');
    for (let event = 0; event < EVENTS; event += 1) {
      await Promise.all([writer.publish(1), subscribers.reached(event)]);
    }
    const after = await node.server.ask<Counted>('executions');
    demandAll(await subscribers.tally(), EVENTS);
    return (['executions', 'serialisations'] as const).map((kind) =>
      exactly(
        {
          name: 'executions',
          what: `${kind} an event and group`,
          value: (after[kind] - before[kind]) / (EVENTS * GROUPS),
          unit: '',
          note: kind === 'executions' ? `${GROUPS} groups of ${SUBSCRIBERS} subscribers each, ${EVENTS} events.` : '',
        },
        1,
      ),
    );
  } finally {
    await subscribers.client.end();
    await Promise.all([node.server.end(), writer.end()]);
  }
}
