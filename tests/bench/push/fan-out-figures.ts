// The figures of a fan-out, out of its rounds.
import { median, percentile } from './accounting.ts';
import type { FanOut } from './fan-out-plan.ts';
import { atMost, atMostTimes, type Figure, type FigureName, notMeasured, quantity, shown } from './figures.ts';
import type { Memory } from './probe.ts';
import type { Round, Series } from './rounds.ts';
import type { Target } from './targets.ts';

const MEMORY_MOST_KB = 10;
const STALL_MOST_MS = 50;
const STOCK = '  stock graphql-ws and Yoga';

export interface Found {
  /** Who wrote meanwhile, and what fell together how; in words. */
  readonly writing: { readonly alone: string; readonly together: string };
  readonly plan: FanOut;
  readonly message: string;
  /** Those that were wanted: one by one for each server, ten together, and one by one written on the pushing node. */
  readonly series: Readonly<Partial<globalThis.Record<'raw' | 'stock' | 'parley' | 'together' | 'writing', Series>>>;
  readonly weights: ReadonlyMap<Target, Weight>;
  readonly stalls: readonly Stalls[];
}

export interface Weight {
  readonly before: Memory;
  readonly after: Memory;
  /** How many came in between. */
  readonly subscribers: number;
}

/** Milliseconds of the longest stall, a round each. */
export interface Stalls {
  readonly target: Target;
  readonly single: number[];
  readonly together: number[];
  readonly rounds: Round[];
  failure: string | null;
}

export function cpuFigures({ writing, plan, message, series }: Found): Figure[] {
  const what = `server CPU a delivery, ${of(plan)}`;
  const note = `${writing.alone}; a message has ${Buffer.byteLength(message)} bytes. ${waits(series.parley?.rounds ?? [])}`;
  return [
    figure('cpu', what, [series.raw, series.parley], ([raw, parley]) =>
      atMostTimes({ name: 'cpu', what, value: costOf(parley), unit: 'µs', note, from: { raw, parley } }, 1.1, {
        words: 'raw ws',
        value: costOf(raw),
      }),
    ),
    ...beside('cpu', '  the same with the mutations on that node', 'µs', costOf, series.raw, series.writing),
    ...beside('cpu', STOCK, 'µs', costOf, series.raw, series.stock),
  ];
}

export function togetherFigures({ writing, plan, series }: Found): Figure[] {
  const what = `server CPU a delivery, ${plan.together.together} events ${writing.together}, ${of(plan)}`;
  return [
    figure('together', what, [series.raw, series.together], ([raw, together]) => {
      const toLast = quantity(median(together.flatMap((each) => each.toLast)), 'ms');
      const note = `In the middle ${toLast} from then to the last event at the last subscriber.`;
      const measured = { name: 'together' as const, what, value: costOf(together), unit: 'µs', note, from: together };
      return atMostTimes(measured, 0.4, { words: 'raw ws one by one', value: costOf(raw) });
    }),
  ];
}

export function latencyFigures({ plan, series }: Found): Figure[] {
  const what = `commit to the last of ${of(plan)}, p99`;
  const middle = (rounds: readonly Round[]) => quantity(median(rounds.flatMap(({ toLast }) => toLast)), 'ms');
  const worst = (rounds: readonly Round[]) =>
    quantity(
      percentile(
        rounds.flatMap(({ toLast }) => toLast),
        0.99,
      ),
      'ms',
    );
  return [
    figure('latency', what, [series.raw, series.parley], ([raw, parley]) => {
      const note = `Of ${raw.length} rounds the middle one; in the middle of all ${middle(parley)}, raw ws ${middle(raw)}; p99 of all ${worst(parley)}, raw ws ${worst(raw)}. ${waits(parley)}`;
      const from = { raw, parley };
      return atMostTimes({ name: 'latency', what, value: p99Of(parley), unit: 'ms', note, from }, 1.5, {
        words: 'raw ws',
        value: p99Of(raw),
      });
    }),
    ...beside('latency', STOCK, 'ms', p99Of, series.raw, series.stock),
  ];
}

export function memoryFigures({ plan, weights }: Found): Figure[] {
  return oursFirst([...weights].map(([target, weight]) => ({ target, ...weight }))).map((weight) => {
    const { target, before, after } = weight;
    const each = (kind: keyof Memory) => (after[kind] - before[kind]) / weight.subscribers / 1_000;
    const measured = {
      name: 'memory' as const,
      // What was resident before without being used is not resident twice, and may make a subscriber look lighter.
      value: Math.max(each('resident'), each('heap') + each('external')),
      unit: 'kB',
      note: `${quantity(each('resident'), 'kB')} more resident each; on V8’s heap ${quantity(each('heap'), 'kB')}, and ${quantity(each('external'), 'kB')} beside it. The process has ${quantity(after.resident / 1e6, 'MB')}.`,
      from: { before, after },
    };
    if (target.name !== 'Parley') return shown({ ...measured, what: `  ${target.name}` });
    return atMost({ ...measured, what: `memory an idle subscriber, ${of(plan)}` }, MEMORY_MOST_KB);
  });
}

export function stallFigures({ writing, plan, stalls }: Found): Figure[] {
  return oursFirst(stalls).map(({ target, single, together, rounds, failure }) => {
    const isOurs = target.name === 'Parley';
    const what = isOurs ? `longest event-loop stall, ${of(plan)}` : `  ${target.name}`;
    if (failure !== null) return notMeasured('stall', what, failure);
    const list = (some: readonly number[]) => some.map((stall) => stall.toFixed(0)).join(', ');
    const measured = {
      name: 'stall' as const,
      what,
      value: Math.max(...single, ...together),
      unit: 'ms',
      from: { single, together },
    };
    if (!isOurs) return shown({ ...measured, note: `Round by round ${list(single)}.` });
    const ten = `${list(together)} for ${plan.together.together} events ${writing.together}. ${waits(rounds)}`;
    return atMost({ ...measured, note: `Round by round ${list(single)} one by one, ${ten}` }, STALL_MOST_MS);
  });
}

function oursFirst<Of extends { readonly target: Target }>(list: readonly Of[]): Of[] {
  return [...list].sort((a, b) => Number(b.target.name === 'Parley') - Number(a.target.name === 'Parley'));
}

/** A figure out of series that all have rounds; else why not. */
function figure(
  name: FigureName,
  what: string,
  series: readonly (Series | undefined)[],
  make: (rounds: readonly [readonly Round[], readonly Round[]]) => Figure,
): Figure {
  const failed = series.find((each) => each?.failure !== null);
  const [first, second] = series.map((each) => each?.rounds ?? []);
  if (failed?.failure) return notMeasured(name, what, failed.failure);
  if (!first?.length || !second?.length) return notMeasured(name, what, 'The server failed before.');
  return make([first, second]);
}

/** What has no limit, beside raw ws; nothing when it was not wanted. */
function beside(
  name: FigureName,
  what: string,
  unit: string,
  value: (rounds: readonly Round[]) => number,
  raw: Series | undefined,
  series: Series | undefined,
): Figure[] {
  if (series === undefined) return [];
  const of = [raw, series];
  return [
    figure(name, what, of, ([first, second]) =>
      shown({ name, what, value: value(second), unit, from: second }, { words: 'raw ws', value: value(first) }),
    ),
  ];
}

function costOf(rounds: readonly Round[]): number {
  return median(rounds.map(({ cpuADelivery }) => cpuADelivery));
}

/** The middle one of the rounds’. */
function p99Of(rounds: readonly Round[]): number {
  return median(rounds.map(({ p99 }) => p99));
}

/** How much of the time the server was kept from running by others. */
function waits(rounds: readonly Round[]): string {
  const shares = rounds.flatMap(({ waited, cpu }) => (waited === null ? [] : [waited / (waited + cpu / 1_000)]));
  return shares.length === 0 ? '' : `It waited for a core for ${(median(shares) * 100).toFixed(0)} % of its time.`;
}

function of({ subscribers }: FanOut): string {
  return `${subscribers.toLocaleString('en')} subscribers`;
}
