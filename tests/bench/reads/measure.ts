// One size of record: every operation, at the head and in the middle, of every server, in interleaved rounds.
import { isDeepStrictEqual } from 'node:util';
import { readGlobalId } from '../../../src/ledger/subjects.ts';
import { median } from '../push/accounting.ts';
import { type Child, start } from '../push/children.ts';
import { quantity } from '../push/figures.ts';
import { type Figure, figure } from './figures.ts';
import type { Answered } from './load.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { interleave, type Round, type Series } from './rounds.ts';
import { startTarget, type Target } from './servers.ts';
import { drawQuestions, type Moment, type Questions } from './subjects.ts';

interface Of {
  readonly name: OperationName;
  readonly moment: Moment;
  readonly rounds: ReadonlyMap<Target['name'], readonly Round[]>;
}

export interface Measured {
  readonly size: number;
  readonly all: readonly Of[];
  readonly peaks: ReadonlyMap<Target['name'], number>;
}

export interface Rounds {
  readonly count: number;
  readonly ms: number;
}

/** By how much of the limit's an operation may cost, uncached and cached, at a hundred thousand statements. */
const TIMES: Readonly<Record<OperationName, { uncached: number; cached: number } | null>> = {
  board: { uncached: 1, cached: 0.1 },
  log: { uncached: 1, cached: 0.1 },
  one: { uncached: 1.8, cached: 0.8 },
  search: null,
};
const AT_SIZE = 100_000;
const SEARCH_TIMES = 5;
const SEARCH_SIZE = 1_000_000;
const GROWTH_TIMES = 1.2;
const MEMORY_MOST = 300e6;
const WARM_MS = 4_000;
/** How many answers of each operation are compared with the limit's. */
const COMPARED = 12;

export async function measure(
  url: string,
  size: number,
  operations: readonly OperationName[],
  { count, ms }: Rounds,
  tell: (step: string) => void,
): Promise<Measured> {
  const questions = await drawQuestions(url, size);
  const load = start('tests/bench/reads/load.ts');
  await load.says(/ready/);
  const place = { DATABASE_URL: url };
  const targets: Target[] = [];
  try {
    for (const name of ['limit', 'uncached', 'cached'] as const) targets.push(await startTarget(name, place));
    const all: Of[] = [];
    for (const name of operations) {
      for (const moment of name === 'board' || name === 'one' ? (['now', 'the middle'] as const) : (['now'] as const)) {
        tell(`  ${name}, ${moment}`);
        await compare(targets, questions, name, moment);
        // At a moment of the past an answer is kept as it is now.
        const asked = moment === 'now' ? targets : targets.filter((target) => target.name !== 'cached');
        const series = asked.map((target) => seriesOf(target, questions, name, moment));
        for (const each of series) await warm(load, each);
        await interleave(load, series, count, ms);
        all.push({ name, moment, rounds: new Map(series.map(({ target, rounds }) => [target.name, rounds])) });
      }
    }
    const peaks = new Map<Target['name'], number>();
    for (const target of targets) peaks.set(target.name, await target.peak());
    return { size, all, peaks };
  } finally {
    for (const { server } of targets) await server.end();
    await load.end();
  }
}

function seriesOf(target: Target, questions: Questions, name: OperationName, moment: Moment): Series {
  const { limit, api } = questions.bodies(name, moment);
  return target.name === 'limit'
    ? { target, path: `/${name}`, bodies: limit, rounds: [] }
    : { target, path: '/graphql', bodies: api, rounds: [] };
}

/** Each question is asked at least once, so that what is kept is kept by then. */
async function warm(load: Child, { target: { host, port }, path, bodies }: Series): Promise<void> {
  for (let asked = 0; asked < bodies.length; ) {
    const asking = { host, port, path, bodies, connections: 16, ms: WARM_MS };
    asked += (await load.ask<Answered>('load', asking)).requests;
  }
}

/** @throws when an answer of the server says something else than the limit's: then their costs are of two things */
async function compare(
  targets: readonly Target[],
  questions: Questions,
  name: OperationName,
  moment: Moment,
): Promise<void> {
  const bodies = questions.bodies(name, moment);
  const step = Math.floor(bodies.api.length / COMPARED);
  for (let index = 0; index < bodies.api.length; index += step) {
    const [limit, ...others] = await Promise.all(
      targets.map(async (target) => {
        const path = target.name === 'limit' ? `/${name}` : '/graphql';
        const body = (target.name === 'limit' ? bodies.limit : bodies.api)[index] as string;
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`http://${target.host}:${target.port}${path}`, { method: 'POST', headers, body });
        return plain(await response.json());
      }),
    );
    for (const other of others) {
      if (!isDeepStrictEqual(other, limit)) {
        throw new Error(
          `the answers differ (${name}, ${moment}): ${JSON.stringify(other)} and the limit’s ${JSON.stringify(limit)}`,
        );
      }
    }
  }
}

/** An answer with ids as rows have them and dates as numbers, as the limit writes them otherwise. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  if (typeof value !== 'string') return value;
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);
  return isDate ? Date.parse(value) : (readGlobalId(value)?.id ?? value);
}

export function sizeFigures({ size, all, peaks }: Measured): Figure[] {
  const at = `${size.toLocaleString('en')} statements`;
  const figures = all.flatMap(({ name, moment, rounds }) => {
    const limit = rounds.get('limit') ?? [];
    const base = costOf(limit);
    const what = `${OPERATIONS[name].words}, ${moment}, ${at}`;
    const times = size === AT_SIZE && moment === 'now' ? TIMES[name] : null;
    return [...rounds].map(([target, own]): Figure => {
      if (name === 'search') return searchFigure(size, target, what, limit, own);
      const most = target === 'limit' || times === null ? null : times[target];
      const measured = {
        name,
        what: `${what}: ${target}`,
        value: costOf(own),
        unit: 'ms CPU',
        note: words(own),
        from: own,
      };
      return figure(measured, most === null ? null : { words: `${most} × the limit`, most: most * base, base }, base);
    });
  });
  const memory = (['uncached', 'cached'] as const).map((target) => {
    const value = (peaks.get(target) ?? Number.NaN) / 1e6;
    const measured = {
      name: 'board' as const,
      what: `memory of a node, ${target}, ${at}`,
      value,
      unit: 'MB',
      note: 'The most that was ever resident.',
    };
    return figure(measured, { words: 'at most', most: MEMORY_MOST / 1e6, base: MEMORY_MOST / 1e6 });
  });
  return [...figures, ...memory];
}

function searchFigure(
  size: number,
  target: Target['name'],
  what: string,
  limit: readonly Round[],
  own: readonly Round[],
): Figure {
  const p99 = (rounds: readonly Round[]) => median(rounds.map((round) => round.p99));
  const measured = {
    name: 'search' as const,
    what: `${what}: ${target}, p99`,
    value: p99(own),
    unit: 'ms',
    note: words(own),
    from: own,
  };
  const base = p99(limit);
  const isHeld = size === SEARCH_SIZE && target === 'uncached';
  return figure(
    measured,
    isHeld ? { words: `under ${SEARCH_TIMES} × the limit`, most: SEARCH_TIMES * base, base } : null,
    base,
  );
}

/** What an operation costs in the largest record, and in the middle of it, beside the smallest. */
export function growthFigures(measured: readonly Measured[]): Figure[] {
  const [smallest] = measured;
  if (smallest === undefined || measured.length < 2) return [];
  const uncached = ({ all }: Measured, name: OperationName, moment: Moment) =>
    all.find((of) => of.name === name && of.moment === moment)?.rounds.get('uncached');
  return measured.flatMap((of) =>
    of.all.flatMap(({ name, moment }) => {
      const before = uncached(smallest, name, 'now');
      const after = uncached(of, name, moment);
      if (name === 'search' || before === undefined || after === undefined || (of === smallest && moment === 'now'))
        return [];
      const base = costOf(before);
      const what = `${name}, ${moment}, ${of.size.toLocaleString('en')} statements, beside ${smallest.size.toLocaleString('en')}`;
      const limit = { words: `${GROWTH_TIMES} × its own cost`, most: GROWTH_TIMES * base, base };
      return [figure({ name, what, value: costOf(after), unit: 'ms CPU', note: '' }, limit)];
    }),
  );
}

function costOf(rounds: readonly Round[]): number {
  return median(rounds.map(({ cpu }) => cpu.together));
}

function words(rounds: readonly Round[]): string {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  return `${quantity(
    middle(({ cpu }) => cpu.server),
    'ms',
  )} server + ${quantity(
    middle(({ cpu }) => cpu.postgres),
    'ms',
  )} PostgreSQL; ${middle(({ requests, seconds }) => requests / seconds).toFixed(0)} requests/s, p50 ${quantity(
    middle(({ p50 }) => p50),
    'ms',
  )}, p99 ${quantity(
    middle(({ p99 }) => p99),
    'ms',
  )}, ${quantity(middle(({ bytes }) => bytes) / 1_000, 'kB')}.`;
}
