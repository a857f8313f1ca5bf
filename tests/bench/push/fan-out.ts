// One operation, many subscribers: what a delivery costs, how long it takes, what an idle subscriber weighs.
import {
  cpuFigures,
  type Found,
  latencyFigures,
  memoryFigures,
  type Stalls,
  stallFigures,
  togetherFigures,
  type Weight,
} from './fan-out-figures.ts';
import type { FanOut } from './fan-out-plan.ts';
import type { Figure, Tell } from './figures.ts';
import { publishingOver, type Record } from './parley.ts';
import type { Memory } from './probe.ts';
import { type Plan, round, type Series, settle } from './rounds.ts';
import { startTargets, type Target, type Targets } from './targets.ts';

const WRITING = {
  server: {
    alone: 'Following, executing and pushing on one node, while another process writes',
    together: 'in one commit',
  },
  embedded: { alone: 'With the mutations and the database, which are in the same process', together: 'at once' },
};
const WARM_SUBSCRIBERS = 100;
const WARM_EVENTS = 10;
const STALL_ROUNDS = 3;
const STALL_EVENTS = { single: 5, stock: 1, together: 2 };

/** @param plans from few subscribers to many, of the same servers */
export async function fanOut(
  record: Record,
  plans: readonly FanOut[],
  withStock: boolean,
  tell: Tell,
): Promise<Figure[]> {
  tell('starting the servers');
  const targets = await startTargets(record, withStock);
  try {
    const figures: Figure[] = [];
    for (const target of allOf(targets)) await warm(target);
    for (const plan of plans) figures.push(...(await fanOutTo(record, targets, plan, tell)));
    return figures;
  } finally {
    await targets.end();
  }
}

async function fanOutTo(record: Record, targets: Targets, plan: FanOut, tell: Tell): Promise<Figure[]> {
  const { wanted } = plan;
  const size = `${plan.subscribers} subscribers`;
  const weights = new Map<Target, Weight>();
  for (const target of allOf(targets)) {
    tell(`${target.name}: opening ${size}`);
    if (wanted.has('memory')) weights.set(target, await weigh(target, plan.subscribers));
    await target.subscribers.open(plan.subscribers);
    await target.subscribers.goLive(target.publish);
  }
  const series = seriesOf(record, targets, plan);
  await interleave(Object.values(series), plan, (turn) => tell(`${size}: round ${turn} of ${plan.rounds}`));
  const stalls = wanted.has('stall') ? await watchStalls(record, targets, plan, tell) : [];
  const writing = record.place.isEmbedded ? WRITING.embedded : WRITING.server;
  const found: Found = { writing, plan, message: targets.message, series, weights, stalls };
  return [
    ...(wanted.has('cpu') ? cpuFigures(found) : []),
    ...(wanted.has('together') ? togetherFigures(found) : []),
    ...(wanted.has('memory') ? memoryFigures(found) : []),
    ...(wanted.has('latency') ? latencyFigures(found) : []),
    ...(wanted.has('stall') ? stallFigures(found) : []),
  ];
}

function allOf({ raw, stock, parley }: Targets): Target[] {
  return [raw, ...(stock === null ? [] : [stock]), parley];
}

/** Lets a server do once what it is measured at. */
async function warm(target: Target): Promise<void> {
  const { subscribers, publish } = target;
  await subscribers.open(WARM_SUBSCRIBERS);
  await subscribers.goLive(publish);
  await round(target, { bursts: WARM_EVENTS, together: 1, gapMs: 5, budgetMs: 10_000 });
  await subscribers.close();
}

/** Weighs a server with a tenth of its subscribers and with all, so that in both it carries what opening leaves behind. */
async function weigh(target: Target, count: number): Promise<Weight> {
  const { server, subscribers } = target;
  const some = Math.ceil(count / 10);
  await subscribers.open(some);
  const before = (await subscribers.tally()).followers;
  await settle(target);
  const few = await server.ask<Memory>('memory');
  await subscribers.open(count);
  await settle(target);
  return { before: few, after: await server.ask<Memory>('memory'), subscribers: count - before };
}

function seriesOf(record: Record, { raw, stock, parley, node }: Targets, plan: FanOut): Found['series'] {
  const { wanted, single, singleOfStock, together } = plan;
  const series = (target: Target, plan: Plan, isOrdered = target.isNumbered): Series => {
    return { target, plan, isOrdered, rounds: [], failure: null };
  };
  const fewer = { ...single, bursts: Math.ceil(single.bursts / 3) };
  const isSingle = wanted.has('cpu') || wanted.has('latency');
  return {
    ...((isSingle || wanted.has('together')) && { raw: series(raw, single) }),
    ...(isSingle && stock !== null && { stock: series(stock, singleOfStock) }),
    ...(isSingle && { parley: series(parley, single) }),
    // Embedded, what falls together are ten mutations at once, in whatever order they are decided.
    ...(wanted.has('together') && { together: series(parley, together, !record.place.isEmbedded) }),
    ...(wanted.has('cpu') && { writing: series({ ...parley, publish: publishingOver(record, node.url) }, fewer) }),
  };
}

/** A round of each in turn, so that what happens to the machine happens to all of them. */
async function interleave(
  all: readonly Series[],
  { rounds, budgetMs }: FanOut,
  tell: (turn: number) => void,
): Promise<void> {
  const until = Date.now() + budgetMs;
  for (let turn = 0; turn < rounds && all.length > 0 && (turn === 0 || Date.now() < until); turn += 1) {
    tell(turn + 1);
    for (const series of rotated(all, turn)) {
      // A server that failed may still be at work on what it did not finish.
      if (all.some(({ target, failure }) => failure !== null && target.server === series.target.server)) continue;
      try {
        series.rounds.push(await round(series.target, series.plan, series.isOrdered));
      } catch (error) {
        series.failure = (error as Error).message;
      }
    }
  }
}

/** The watch wakes a server a thousand times a second, so nothing else is measured meanwhile. */
async function watchStalls(record: Record, targets: Targets, plan: FanOut, tell: Tell): Promise<Stalls[]> {
  const { stock, parley } = targets;
  const found = allOf(targets).map(
    (target): Stalls => ({ target, single: [], together: [], rounds: [], failure: null }),
  );
  const longest = async ({ target, rounds }: Stalls, of: Plan, isOrdered = target.isNumbered) => {
    await target.server.ask('watch the loop');
    rounds.push(await round(target, of, isOrdered));
    return target.server.ask<number>('longest stall');
  };
  const { single, together } = plan;
  for (let turn = 0; turn < STALL_ROUNDS; turn += 1) {
    tell(`${plan.subscribers} subscribers: the event loop, round ${turn + 1}`);
    for (const stalls of rotated(found, turn)) {
      const { target } = stalls;
      if (stalls.failure !== null) continue;
      try {
        const bursts = target === stock ? STALL_EVENTS.stock : STALL_EVENTS.single;
        stalls.single.push(await longest(stalls, { ...single, bursts }));
        if (target !== parley) continue;
        const ten = { ...together, bursts: STALL_EVENTS.together };
        stalls.together.push(await longest(stalls, ten, !record.place.isEmbedded));
      } catch (error) {
        stalls.failure = (error as Error).message;
      }
    }
  }
  return found;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
