// What a run does, part by part, in which sizes.
import { inspect } from 'node:util';
import { fanOut } from './fan-out.ts';
import type { FanOut } from './fan-out-plan.ts';
import { type Figure, type FigureName, notMeasured, type Tell } from './figures.ts';
import { groups } from './groups.ts';
import { nodes } from './nodes.ts';
import type { Record } from './parley.ts';
import { resume } from './resume.ts';
import { stalled } from './stalled.ts';

export interface Asked {
  readonly wanted: ReadonlySet<FigureName>;
  readonly isQuick: boolean;
  /** Numbers of subscribers, instead of the usual. */
  readonly at: readonly number[] | undefined;
  readonly withStock: boolean;
}

type Part = (record: Record, tell: Tell) => Promise<Figure[]>;

const FAN_OUT: readonly FigureName[] = ['cpu', 'together', 'memory', 'latency', 'stall'];

export function partsOf(asked: Asked): Part[] {
  const { wanted, isQuick, withStock } = asked;
  const sizes = asked.at ?? (isQuick ? [500, 2_000] : [1_000, 10_000]);
  const largest = Math.max(...sizes);
  // Memory and stalls are asked of the largest size only.
  const wantedAt = (size: number) =>
    FAN_OUT.filter((name) => wanted.has(name) && (size === largest || !['memory', 'stall'].includes(name)));
  const plans = sizes
    .toSorted((a, b) => a - b)
    .map((size) => fanOutOf(size, new Set(wantedAt(size)), isQuick))
    .filter((plan) => plan.wanted.size > 0);
  const fanOutPart = surviving(wantedAt(largest), (record, tell) => fanOut(record, plans, withStock, tell));
  const others: readonly [FigureName, Part][] = [
    ['executions', groups],
    ['stalled', (record, tell) => stalled(record, { ...(isQuick ? STALLED_QUICK : STALLED), withStock }, tell)],
    ['resume', (record, tell) => resume(record, isQuick ? RESUME_QUICK : RESUME, tell)],
    ['nodes', (record, tell) => nodes(record, { mutations: isQuick ? 60 : 200 }, tell)],
  ];
  return [
    ...(plans.length === 0 ? [] : [fanOutPart]),
    ...others.filter(([name]) => wanted.has(name)).map(([name, part]) => surviving([name], part)),
  ];
}

const STALLED = { sockets: 200, healthy: 100, events: 5_000, eventsWithout: 1_000, budgetMs: 60_000 };
const STALLED_QUICK = { sockets: 50, healthy: 25, events: 3_000, eventsWithout: 300, budgetMs: 15_000 };
const RESUME = { few: 500, many: 5_000, patienceMs: 30_000 };
const RESUME_QUICK = { few: 50, many: 500, patienceMs: 15_000 };

/** A part that fails says so in the table, and the others go on. */
function surviving(names: readonly FigureName[], part: Part): Part {
  return async (record, tell) => {
    try {
      return await part(record, tell);
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n');
      tell(inspect(error));
      return names.map((name) => notMeasured(name, name, why));
    }
  };
}

/** Fewer events for more subscribers, so that each size takes about as long. */
function fanOutOf(subscribers: number, wanted: ReadonlySet<FigureName>, isQuick: boolean): FanOut {
  const isLarge = subscribers > 3_000;
  const single = {
    bursts: isQuick ? 10 : isLarge ? 15 : 20,
    together: 1,
    gapMs: isLarge ? 100 : 30,
    budgetMs: isQuick ? 4_000 : 8_000,
  };
  return {
    subscribers,
    wanted,
    rounds: isQuick ? 3 : isLarge ? 7 : 9,
    budgetMs: isQuick ? 30_000 : 90_000,
    single,
    singleOfStock: { ...single, bursts: isLarge ? 1 : 3 },
    together: { ...single, bursts: isLarge ? 3 : 5, together: 10 },
  };
}
