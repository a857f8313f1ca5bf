import { type Alone, Prisma, type Statement } from '../database/connect.ts';
import type { ColumnTypes } from './column-types.ts';
import type { Columns } from './columns.ts';
import type { Some } from './gathering.ts';
import { type Step, stepsOf, type Way } from './parts.ts';
import { type Rows, RowText } from './row-text.ts';
import { type Ahead, type At, linkTo, readFor, type Snapshot, type VersionBatch } from './snapshot.ts';
import { negotiationOf, snake } from './subjects.ts';

const { sql, empty, join, raw } = Prisma;

/** The rows that it begins with. */
export interface Root {
  readonly table: string;
  readonly columns: Columns;
  /**
   * Gives the columns, `"@at"` where each row is read at a position of its own, and, where it is read for several,
   * `"@tag"`, the number of the one that a row is for.
   */
  readonly select: Prisma.Sql;
  /** What all rows are read at; null where `"@at"` says it. */
  readonly at: bigint | null;
}

/**
 * Reads rows together with all that will be asked of them, in one statement, and has them know what they lead to.
 * @param wanted what the rows of each that they are read for are tied to: the same is hidden from all of them
 * @param ahead left out when nobody knows what will be asked: the rows have all of their columns
 * @returns the rows of each
 */
export async function readAhead<Row extends object>(
  wanted: Some<{ readonly snapshot: Snapshot }>,
  { table, columns, select, at }: Root,
  ahead: Ahead = UNKNOWN,
  alone?: Alone,
): Promise<At<Row>[][]> {
  const [{ snapshot: first }] = wanted;
  const isTagged = wanted.length > 1;
  const parts = partsOf(first.source.types, { table, columns, isStill: at !== null, isTagged }, ahead);
  const [found] = await readFor(wanted)<Record<string, string | null>>(statementOf(parts, select, first, at), alone);
  // Several may be of one request.
  const readers = isTagged ? [...new Set(wanted.map(({ snapshot }) => snapshot))] : [first];
  const rows = new Map<Step, Rows>();
  for (const { step, text } of parts.all) rows.set(step, text.read(found?.[step.name] ?? null, readers.length));
  const lists = rootsOf(rows.get(parts.all[0].step) as Rows, wanted, readers);
  for (const { step } of parts.all) {
    // Those above come before.
    link(step, rows, readers);
    for (const [reader, made] of rows.get(step)?.made.entries() ?? []) readers[reader]?.touched?.found(made);
  }
  return lists as object[][] as At<Row>[][];
}

function rootsOf(rows: Rows, wanted: Some<{ readonly snapshot: Snapshot }>, readers: readonly Snapshot[]): object[][] {
  const lists: object[][] = wanted.map(() => []);
  const numbers = new Map(readers.map((reader, number) => [reader, number]));
  for (let index = 0; index < rows.count; index += 1) {
    const tag = rows.tag(index);
    const snapshot = wanted[tag]?.snapshot as Snapshot;
    lists[tag]?.push(rows.row(index, numbers.get(snapshot) as number, snapshot));
  }
  return lists;
}

const UNKNOWN: Ahead = { id: 0, properties: null, leads: [] };

/** The parts of a statement, and statements that were made of them, by the text of what they begin with. */
interface Parts {
  readonly all: readonly [Part, ...Part[]];
  readonly isTagged: boolean;
  readonly statements: Map<string, { readonly text: string; readonly positions: number }>;
}

interface Part {
  readonly step: Step;
  readonly text: RowText;
}

type Of = Pick<Step, 'table' | 'columns' | 'isStill'> & { readonly isTagged: boolean };

const known = new WeakMap<ColumnTypes, WeakMap<Ahead, WeakMap<Columns, Map<string, Parts>>>>();

/** What is asked ahead of one field is the same each time. */
function partsOf(types: ColumnTypes, of: Of, ahead: Ahead): Parts {
  const ofTypes = known.get(types) ?? new WeakMap<Ahead, WeakMap<Columns, Map<string, Parts>>>();
  known.set(types, ofTypes);
  const ofAhead = ofTypes.get(ahead) ?? new WeakMap<Columns, Map<string, Parts>>();
  ofTypes.set(ahead, ofAhead);
  const ofColumns = ofAhead.get(of.columns) ?? new Map<string, Parts>();
  ofAhead.set(of.columns, ofColumns);
  const kind = `${of.isStill} ${of.isTagged}`;
  let parts = ofColumns.get(kind);
  if (parts === undefined) {
    const { isTagged, ...root } = of;
    const steps = stepsOf({ ...root, name: 'p0', batch: null, sources: [], aheads: [ahead] });
    const all = steps.map((step) => ({ step, text: textOf(step, types, isTagged) }));
    parts = { all: all as [Part, ...Part[]], isTagged, statements: new Map() };
    ofColumns.set(kind, parts);
  }
  return parts;
}

function textOf(
  { name, table, columns, batch, aheads, isStill }: Step,
  types: ColumnTypes,
  isTagged: boolean,
): RowText {
  const links = aheads.flatMap(({ leads }) => leads.map(({ batch, ahead }) => linkTo(batch, ahead)));
  return new RowText(name, types.parsersOf(table, columns), columns, {
    by: batch?.by ?? null,
    // Where those are read that it begins with, they are told by whom they are for.
    isMoved: batch !== null && !isStill,
    isTagged: batch === null && isTagged,
    links,
  });
}

/** Of how many beginnings a statement is kept. */
const STATEMENTS_MOST = 4;

/** To write one takes as long as to read its rows, so it is kept where it says no more than a position. */
function statementOf(
  { all, isTagged, statements }: Parts,
  select: Prisma.Sql,
  snapshot: Snapshot,
  at: bigint | null,
): Statement {
  const isTheSame = at !== null && snapshot.hidden.size === 0;
  const from = isTheSame ? select.text : '';
  const kept = isTheSame ? statements.get(from) : undefined;
  if (kept !== undefined) {
    const values = [...select.values];
    for (let count = 0; count < kept.positions; count += 1) values.push(at);
    return { text: kept.text, values };
  }
  const [{ step: root }, ...below] = all;
  const parts = [
    sql`${raw(root.name)} AS (${select})`,
    ...below.map(({ step }) => partOf(step, snapshot, at, isTagged)),
  ];
  const selected = all.map(({ step, text }) => `${text.select} AS ${step.name}`).join(', ');
  const { text, values } = sql`WITH ${join(parts, ', ')} SELECT ${raw(selected)}`;
  const others = values.slice(select.values.length);
  if (isTheSame && others.every((value) => value === at)) {
    if (statements.size >= STATEMENTS_MOST) statements.clear();
    statements.set(from, { text, positions: others.length });
  }
  return { text, values };
}

function partOf(
  { name, batch, columns, sources, isStill }: Step,
  snapshot: Snapshot,
  at: bigint | null,
  isTagged: boolean,
): Prisma.Sql {
  if (batch === null) return empty;
  const ways = [...new Map(sources.map((way) => [nameOf(way), wayOf(way, isStill, at)])).values()];
  const [only] = sources;
  // Of rows that are read at one position each has an id of its own, but for what is read for several.
  const isUnique = ways.length > 1 || (isStill && only?.from === 'id' && !(only.above.batch === null && isTagged));
  const keys = isUnique ? join(ways, ' UNION ') : sql`SELECT DISTINCT * FROM (${ways[0]}) d`;
  return sql`${raw(name)} AS (
    SELECT ${columns} ${raw(isStill ? '' : ', w.at AS "@at"')} FROM (${keys}) ${raw(isStill ? 'w (key)' : 'w (key, at)')}
    ${versionsThere(batch, snapshot, isStill ? at : null)})`;
}

/**
 * The versions `t` that are there for keys `w (key, at)`, in the order that those of a key have.
 * @param at where all of them are read; null where `w.at` says it for each
 */
export function versionsThere(
  { table, by, order }: Pick<VersionBatch<unknown>, 'table' | 'by' | 'order'>,
  snapshot: Snapshot,
  at: bigint | null,
): Prisma.Sql {
  const { name, where, negotiation = negotiationOf(name) } = table;
  const position = at === null ? raw('w.at') : sql`${at}`;
  return sql`JOIN ${raw(name)} t ON t.${raw(snake(by))} = w.key
      AND t.from_position <= ${position} AND t.until_position > ${position}
      ${where ? sql`AND ${where}` : empty} ${negotiation ? snapshot.isThere(negotiation) : empty}
    ${order ? sql`ORDER BY ${order}` : empty}`;
}

function nameOf({ above, from, at, when }: Way): string {
  return JSON.stringify([above.name, from, at, when]);
}

function wayOf({ above, from, at, when }: Way, isStill: boolean, rootAt: bigint | null): Prisma.Sql {
  const only = when === undefined ? '' : `WHERE "${when.property}" ${when.is === null ? 'IS NULL' : `= '${when.is}'`}`;
  const own = at ?? (above.isStill ? undefined : '@at');
  const position = own === undefined ? sql`, ${rootAt}::bigint` : raw(`, "${own}"`);
  return sql`SELECT ${raw(`"${from}"`)}${isStill ? empty : position} FROM ${raw(above.name)} ${raw(only)}`;
}

/** Has the rows above those of a part know which they lead to; where there is nothing of a key, that there is nothing. */
function link(step: Step, all: ReadonlyMap<Step, Rows>, readers: readonly Snapshot[]): void {
  const { batch, sources, isStill } = step;
  if (batch === null) return;
  const rows = all.get(step) as Rows;
  const places = placesOf(rows, isStill);
  for (const { above, from, at, when, link } of sources) {
    for (let reader = 0; reader < readers.length; reader += 1) {
      for (const row of all.get(above)?.made[reader] ?? []) {
        const key = row[from] as string | null;
        if (key === null || (when !== undefined && row[when.property] !== when.is)) continue;
        const there = at === undefined ? row.snapshot : row.snapshot.moved(row[at] as bigint);
        const found = places.get(isStill ? key : `${there.place} ${key}`);
        const made = (index: number) => rows.row(index, reader, there);
        const list = typeof found === 'number' ? [made(found)] : (found?.map(made) ?? []);
        row[link] = batch.order === null ? (list[0] ?? null) : list;
      }
    }
  }
}

/** Where the row, or the rows, of a key are, at a position where they are read at several. */
function placesOf(rows: Rows, isStill: boolean): ReadonlyMap<string, number | readonly number[]> {
  const places = new Map<string, number | number[]>();
  for (let index = 0; index < rows.count; index += 1) {
    const name = isStill ? rows.key(index) : `${rows.at(index)} ${rows.key(index)}`;
    const known = places.get(name);
    if (known === undefined) places.set(name, index);
    else if (typeof known === 'number') places.set(name, [known, index]);
    else known.push(index);
  }
  return places;
}
