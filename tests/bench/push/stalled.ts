// Sockets that stop reading, beside others that go on: what it costs the server, and whether the others notice.
import { setTimeout as sleep } from 'node:timers/promises';
import { median, openFilesOf } from './accounting.ts';
import { LONG } from './events.ts';
import { atMost, atMostTimes, type Figure, quantity, type Tell } from './figures.ts';
import type { Tally } from './load-client.ts';
import { type Record, startNode, startWriter } from './parley.ts';
import { settle } from './rounds.ts';
import { stockFigure } from './stalled-stock.ts';
import { demandAll, stallAll, startSubscribers } from './subscribers.ts';
import { capture, type Target } from './targets.ts';

export interface Stalled {
  readonly sockets: number;
  readonly healthy: number;
  readonly events: number;
  /** Events before and after, with nobody stalled, to compare with. */
  readonly eventsWithout: number;
  readonly budgetMs: number;
  readonly withStock: boolean;
}

const TOGETHER = 10;
/** Events between two looks at how long they took; the middle one of many tells more than one over all. */
const STRETCH = 100;
const GAP_MS = 5;
const PATIENCE_MS = 30_000;
const SAMPLE_MS = 100;
const MORE_MOST_MB = 64;

export async function stalled(record: Record, plan: Stalled, tell: Tell): Promise<Figure[]> {
  const node = await startNode(record);
  const [writer, subscribers, stalling] = await Promise.all([
    startWriter(record, node),
    startSubscribers(node.socketUrl, { negotiationId: record.negotiationId }),
    startSubscribers(node.socketUrl, { negotiationId: record.negotiationId }),
  ]);
  const { server } = node;
  const long = (count: number) => writer.publish(count, LONG);
  const target: Target = {
    name: 'Parley',
    isNumbered: !record.place.isEmbedded,
    server,
    socketUrl: node.socketUrl,
    subscribers,
    publish: long,
  };
  const found: Figure[] = [];
  try {
    const message = await capture(target);
    const bytes = quantity(Buffer.byteLength(message) / 1_000, 'kB');
    const what = `${plan.sockets} stalled sockets, ${plan.events.toLocaleString('en')} events of ${bytes}`;
    await subscribers.open(plan.healthy);
    await subscribers.goLive(long);
    await stretch(target);
    await settle(target);
    tell(`${plan.eventsWithout} events of ${bytes} with nobody stalled`);
    const before = await burst(target, plan.eventsWithout, plan.budgetMs);
    await stallAll(stalling, plan.sockets, long);
    tell(what);
    const files = openFilesOf(server.pid);
    const during = await burst(target, plan.events, plan.budgetMs);
    const dropped = files === null || during.openFiles === null ? null : files - during.openFiles;
    await stalling.client.end();
    await settle(target);
    tell(`${plan.eventsWithout} events with nobody stalled any more`);
    const after = await burst(target, plan.eventsWithout, plan.budgetMs);
    found.push(...ourFigures(what, plan, { before, during, after, dropped }));
    if (plan.withStock) found.push(await stockFigure(record, message, plan, tell));
    return found;
  } finally {
    await Promise.all([subscribers.client.end(), stalling.client.end()]);
    await Promise.all([server.end(), writer.end()]);
  }
}

interface Burst {
  readonly events: number;
  /** Milliseconds to the healthy, over all deliveries of a stretch; a stretch each. */
  readonly p99s: readonly number[];
  readonly medians: readonly number[];
  /** Bytes resident: the most that was seen, and the last when the garbage was gone. */
  readonly peak: number;
  readonly settled: number;
  readonly openFiles: number | null;
}

/** Publishes a few events at a time as soon as the healthy have those before, and watches the server’s memory. */
async function burst(target: Target, events: number, budgetMs: number): Promise<Burst> {
  const memory = watchMemory(target);
  const until = Date.now() + budgetMs;
  const p99s: number[] = [];
  const medians: number[] = [];
  while (p99s.length * STRETCH < events && Date.now() < until) {
    const tally = await stretch(target);
    p99s.push(tally.p99);
    medians.push(tally.median);
  }
  const openFiles = openFilesOf(target.server.pid);
  const peak = await memory.stop();
  const { resident: settled } = await target.server.ask<{ resident: number }>('memory');
  return { events: p99s.length * STRETCH, p99s, medians, peak, settled, openFiles };
}

async function stretch({ subscribers, publish, isNumbered }: Target): Promise<Tally> {
  await subscribers.awaitEvents(STRETCH, true);
  const starts: number[] = [];
  while (starts.length < STRETCH) {
    const reached = subscribers.reached(starts.length + TOGETHER - 1, PATIENCE_MS);
    const [start] = await Promise.all([publish(TOGETHER), reached]);
    for (let event = 0; event < TOGETHER; event += 1) starts.push(start);
    await sleep(GAP_MS);
  }
  const tally = await subscribers.tally(starts);
  demandAll(tally, STRETCH, isNumbered);
  return tally;
}

function watchMemory({ server }: Target): { stop: () => Promise<number> } {
  let isWatching = true;
  const watching = (async () => {
    let peak = 0;
    while (isWatching) {
      peak = Math.max(peak, await server.ask<number>('resident'));
      await sleep(SAMPLE_MS);
    }
    return peak;
  })();
  // It is awaited when the watch ends; a server that dies before is told of there.
  watching.catch(() => {});
  return {
    stop: () => {
      isWatching = false;
      return watching;
    },
  };
}

interface Bursts {
  readonly before: Burst;
  readonly during: Burst;
  readonly after: Burst;
  /** How many sockets the server closed meanwhile; null where that cannot be counted. */
  readonly dropped: number | null;
}

function ourFigures(what: string, plan: Stalled, from: Bursts): Figure[] {
  const { before, during, after, dropped } = from;
  const sent = dropped === null ? '' : ` It sent ${dropped} of the stalled away.`;
  const megabytes = (bytes: number) => quantity(bytes / 1e6, 'MB');
  const short = `Only ${during.events} of the events came within ${plan.budgetMs / 1_000} s. `;
  const without = [before, after];
  const isWhole = during.events >= plan.events;
  const figures = [
    atMost(
      {
        name: 'stalled',
        what: `memory more for ${what}`,
        value: (during.peak - before.peak) / 1e6,
        unit: 'MB',
        note: `${isWhole ? '' : short}The most that was resident: ${megabytes(during.peak)}, with nobody stalled ${megabytes(before.peak)}; without garbage ${megabytes(during.settled)} and ${megabytes(before.settled)}.${sent}`,
        from,
      },
      MORE_MOST_MB,
    ),
    atMostTimes(
      {
        name: 'stalled',
        what: `  p99 of ${plan.healthy} healthy subscribers meanwhile`,
        value: median(during.p99s),
        unit: 'ms',
        note: `In the middle ${quantity(median(during.medians), 'ms')}; with nobody stalled ${quantity(median(without.flatMap(({ medians }) => medians)), 'ms')}. Of stretches of ${STRETCH} events the middle one.`,
        from,
      },
      1.5,
      { words: 'without', value: median(without.flatMap(({ p99s }) => p99s)) },
    ),
  ];
  return isWhole ? figures : figures.map((figure) => ({ ...figure, verdict: 'not measured' as const }));
}
