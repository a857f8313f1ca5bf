import { createHash } from 'node:crypto';
import { ALONE, Prisma } from '../database/connect.ts';
import { readAhead } from './ahead.ts';
import { askedOf, type Columns } from './columns.ts';
import { ReadRefusedError } from './errors.ts';
import type { Some } from './gathering.ts';
import { type Ahead, type At, arrayOf, type Batch, readFor, type Snapshot, type Wanted } from './snapshot.ts';
import { negotiationOf, type SubjectType, snake } from './subjects.ts';
import { noteRows } from './touches.ts';

export const { sql, empty, join, raw } = Prisma;
export type Sql = Prisma.Sql;

export const PAGE_DEFAULT = 20;
export const PAGE_MOST = 100;
/** How many rows a page is read from: one more than it has, or some. */
const SIZES = [2, 6, 11, 21, 31, 51, PAGE_MOST + 1];

/** A list of versions that grows, in an order of its own: how to read a page of it, and of many parents' at once. */
export interface List<Row> {
  readonly name: string;
  /** A table, or what is read in its place at a position: of that, what is not there for the reader is left out already. */
  readonly table: string | ((at: Snapshot) => Promise<Sql>);
  readonly columns: Columns | Sql;
  /** The column that says whose the rows are; null for a list of the whole record. */
  readonly parent: string | null;
  /** Properties that order it, together unique, and their types; all in one direction, as an index is. */
  readonly order: readonly (readonly [
    property: keyof Row & string,
    type: 'bigint' | 'timestamptz' | 'text' | 'uuid' | 'int',
  ])[];
  readonly direction: 'ASC' | 'DESC';
  /** What else must hold of a row `t`, at the position at which the page is read. */
  readonly where: Sql | ((position: bigint) => Sql);
  /** Which values a column may have, each with an index of its own order: as many rows of each are looked at as are shown. */
  readonly among?: { readonly column: string; readonly type: string; readonly values: readonly string[] } | null;
  /** When a row `t` is part of the record at a position; a version, from where it began until it ended. */
  readonly inForce?: (position: bigint) => Sql;
  /** Which negotiation a row `t` is of, or leads to, where its table's own column does not say so. */
  readonly negotiation?: Sql;
  /** Of which kinds of subjects, beside its own, the narrowing depends. */
  readonly alsoKinds?: readonly SubjectType[] | undefined;
  /** The values of `order` that all of its rows are above. */
  readonly since?: readonly string[];
  /** All that its rows depend on beside its name, its parent and where it is read: lists of one narrowing are read together. */
  readonly narrowing: unknown;
}

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

export interface Page<Row> {
  readonly rows: readonly At<Row>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(row: Row): string;
}

function versionInForce(position: bigint): Sql {
  return sql`t.from_position <= ${position} AND t.until_position > ${position}`;
}

/**
 * A page of a list. One that goes on from a cursor is read at the position at which that cursor was given, so
 * that a list which moves meanwhile gives each row once.
 * @param ahead what will be asked of the rows, to be read with them
 * @throws ReadRefusedError for bounds that make no page, or a cursor of another list
 */
export async function readPage<Row extends object>(
  snapshot: Snapshot,
  list: List<Row>,
  parentId: string | null,
  args: PageArgs,
  ahead?: Ahead,
): Promise<Page<Row>> {
  const { limit, backward } = sizeOf(args);
  const cursor = backward ? args.before : args.after;
  const place =
    cursor === null || cursor === undefined ? null : snapshot.cursors.openPage(listName(list, parentId), cursor);
  if (place !== null && place.values.length !== list.order.length) {
    throw new ReadRefusedError('BAD_CURSOR', 'This cursor was given when the list had another order; begin anew.');
  }
  // Of what was given when more was there, the part that is there now.
  const position = place === null ? snapshot.position : await snapshot.lastThere(place.at);
  if (position > snapshot.position) {
    throw new ReadRefusedError('BAD_CURSOR', 'This cursor was given at a later moment than is read here.');
  }
  const at = snapshot.moved(position);
  const bounds: Bound[] = [];
  if (list.since !== undefined) bounds.push({ isBelow: true, values: list.since });
  if (place !== null) bounds.push({ isBelow: (list.direction === 'ASC') !== backward, values: place.values });
  const sides = bounds.map(({ isBelow }) => isBelow);
  const of = [list.name, list.parent, list.narrowing, list.direction];
  const shape = JSON.stringify([...of, limit, backward, sides, ahead?.id]);
  const key: PageKey<Row> = { list, parentId, limit, backward, bounds, shape, ahead };
  const found = await at.load(pages as unknown as Batch<PageKey<Row>, At<Row>[]>, key);
  const rows = found.slice(0, limit);
  if (backward) rows.reverse();
  const more = found.length > limit;
  return {
    rows,
    hasNextPage: backward ? place !== null : more,
    hasPreviousPage: backward ? more : place !== null,
    cursorOf: (row) =>
      snapshot.cursors.sealPage({
        list: listName(list, parentId),
        at: at.position,
        values: list.order.map(([property]) => text(row[property])),
      }),
  };
}

function sizeOf({ first, last, after, before }: PageArgs): { limit: number; backward: boolean } {
  const backward = last !== null && last !== undefined;
  if (backward && first !== null && first !== undefined) throw badPage('Ask for `first` or for `last`, not for both.');
  if ((backward ? after : before) != null) throw badPage('`after` goes with `first`, and `before` with `last`.');
  const limit = (backward ? last : first) ?? PAGE_DEFAULT;
  if (limit < 1 || limit > PAGE_MOST)
    throw badPage(`A page has from 1 to ${PAGE_MOST} entries; ${limit} were asked for.`);
  return { limit, backward };
}

function badPage(message: string): ReadRefusedError {
  return new ReadRefusedError('BAD_PAGE', message);
}

/** With `since` where it stood when it was one of the narrowings: cursors that were given then go on. */
function listName<Row>({ since, ...list }: List<Row>, parentId: string | null): string {
  const narrowing = JSON.stringify([
    parentId,
    since ? { ...(list.narrowing as object), since: since.join() } : list.narrowing,
  ]);
  return `${list.name}:${createHash('sha256').update(narrowing).digest('base64url').slice(0, 12)}`;
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Values of `order`, and whether rows are above them or below. */
interface Bound {
  readonly isBelow: boolean;
  readonly values: readonly string[];
}

interface PageKey<Row> {
  readonly list: List<Row>;
  readonly parentId: string | null;
  readonly limit: number;
  readonly backward: boolean;
  readonly bounds: readonly Bound[];
  /** All of it but the parent and where the bounds are: what is the same is read in one statement. */
  readonly shape: string;
  readonly ahead: Ahead | undefined;
}

const pages: Batch<PageKey<object>, At<object>[]> = {
  touches: (touched, { list, parentId }) => {
    if (typeof list.table === 'string') noteRows(touched, list.table, list.parent, parentId);
    else touched.everything();
    if (list.alsoKinds !== undefined) touched.kind(...list.alsoKinds);
  },
  cacheKey: ({ shape, parentId, bounds }) => `${shape} ${parentId} ${JSON.stringify(bounds)}`,
  load: async (snapshot, keys) => {
    const groups = new Map<string, [Wanted<PageKey<object>>, ...Wanted<PageKey<object>>[]]>();
    for (const key of keys) {
      const group = groups.get(key.shape);
      if (group === undefined) groups.set(key.shape, [{ snapshot, key }]);
      else group.push({ snapshot, key });
    }
    const found = new Map<PageKey<object>, At<object>[]>();
    const read = async ([shape, group]: [string, Some<Wanted<PageKey<object>>>]) => {
      const isApart = group.some(({ key }) => mayTakeLong(key.list));
      const lists = await (isApart ? readGroup(group) : snapshot.together(shape, group, readGroup));
      for (const [index, { key }] of group.entries()) found.set(key, lists[index] as At<object>[]);
    };
    await Promise.all([...groups].map(read));
    return keys.map((key) => found.get(key) ?? []);
  },
};

/**
 * What is found by a query of its own, and what may pass over any number of rows before it has a page of those that are let
 * through: whoever plans how to find those has to know what is asked for, and nobody is to wait behind it.
 */
function mayTakeLong({ table, narrowing, among }: List<object>): boolean {
  if (typeof table !== 'string') return true;
  return !among && Object.values(narrowing ?? {}).some((by) => by !== null && by !== undefined);
}

/** One statement for all the parents that ask the same. @returns the rows of each */
async function readGroup(group: Some<Wanted<PageKey<object>>>): Promise<At<object>[][]> {
  const [{ snapshot, key: first }] = group;
  const { list, ahead } = first;
  const { table, parent } = list;
  const columns = isOfTable(list.columns) ? askedOf(list.columns, ahead, propertiesOf(list)) : list.columns;
  const source = typeof table === 'string' ? raw(table) : await table(snapshot);
  const alone = mayTakeLong(list) ? ALONE : undefined;
  const page = (owner: Sql, bounds: readonly Sql[]) => pageOf(snapshot, first, columns, source, owner, bounds);
  const types = list.order.map(([, type]) => raw(type));
  // One parent is not asked for as an array, which PostgreSQL plans for as if it had ten.
  const isOne = group.length === 1;
  const one = () =>
    page(
      parent === null ? sql`true` : sql`t.${raw(parent)} = ${first.parentId}::uuid`,
      first.bounds.map(({ values }) => join(types.map((type, index) => sql`${values[index]}::${type}`))),
    );
  const many = (tag: Sql) => {
    const names = first.bounds.map((_, bound) => types.map((_, index) => `b${bound}_${index}`));
    const arrays = first.bounds.flatMap((_, bound) =>
      types.map((type, index) => sql`${group.map(({ key }) => key.bounds[bound]?.values[index])}::${type}[]`),
    );
    const parents = sql`${arrayOf(group.map(({ key }) => key.parentId))}::uuid[]`;
    const below = page(
      parent === null ? sql`true` : sql`t.${raw(parent)} = k.id`,
      names.map((all) => raw(all.map((name) => `k.${name}`).join())),
    );
    return sql`
      SELECT v.*, (k.number - 1)::int AS ${tag}
      FROM unnest(${join([parents, ...arrays])}) WITH ORDINALITY AS k(${raw(['id', ...names.flat(), 'number'].join())})
      CROSS JOIN LATERAL (${below}) v ORDER BY ${inOrder('v', first)}`;
  };
  if (typeof table === 'string' && isOfTable(columns)) {
    const root = { table, columns, select: isOne ? one() : many(raw('"@tag"')), at: snapshot.position };
    return readAhead(group, root, ahead, alone);
  }
  const lists = group.map((): At<object>[] => []);
  // Which of them it is for stands where the snapshot is put then.
  const rows = await readFor(group)<{ snapshot: number | Snapshot }>(
    isOne ? sql`SELECT v.*, 0 AS snapshot FROM (${one()}) v` : many(raw('snapshot')),
    alone,
  );
  for (const row of rows) {
    const tag = row.snapshot as number;
    const snapshot = group[tag]?.snapshot as Snapshot;
    row.snapshot = snapshot;
    lists[tag]?.push(row as At<object>);
    snapshot.touched?.found([row]);
  }
  return lists;
}

/** The rows of one page: those with an owner that the list lets through, beyond where the page before ended. */
function pageOf(
  snapshot: Snapshot,
  { list, limit, backward, bounds }: PageKey<object>,
  columns: Sql,
  source: Sql,
  owner: Sql,
  places: readonly Sql[],
): Sql {
  const { position } = snapshot;
  const descending = isDescending({ list, backward });
  const where = typeof list.where === 'function' ? list.where(position) : list.where;
  const negotiation = list.negotiation ?? (typeof list.table === 'string' ? negotiationOf(list.table) : undefined);
  const order = raw(
    propertiesOf(list)
      .map((property) => `t.${snake(property)}`)
      .join(),
  );
  const beyond = bounds.map(({ isBelow }, index) => sql`AND (${order}) ${raw(isBelow ? '>' : '<')} (${places[index]})`);
  // What was first recorded later is not there, and the index of such an order need not begin with it.
  const isByRecording = list.order[0]?.[0] === 'firstPosition' && !list.inForce;
  const fromHereOn = isByRecording ? sql`AND t.first_position <= ${position}` : empty;
  // Not to be planned without knowing how few they are; of a few sizes, as each is a statement of its own.
  const most = raw(String(SIZES.find((size) => size > limit) ?? limit + 1));
  const among = (owner: Sql) => sql`
    SELECT ${columns} FROM ${source} t
    WHERE ${owner} AND ${(list.inForce ?? versionInForce)(position)} ${fromHereOn} AND ${where}
      ${negotiation ? snapshot.isThere(negotiation) : empty} ${beyond.length > 0 ? join(beyond, ' ') : empty}
    ORDER BY ${join(list.order.map(([property]) => sql`${raw(`t.${snake(property)}`)} ${raw(descending ? 'DESC' : 'ASC')}`))}
    LIMIT ${most}`;
  if (!list.among) return among(owner);
  const { column, type, values } = list.among;
  return sql`SELECT v.* FROM unnest(${[...values]}::text[]) AS a(value)
    CROSS JOIN LATERAL (${among(sql`${owner} AND t.${raw(column)} = a.value::${raw(type)}`)}) v
    ORDER BY ${inOrder('v', { list, backward })} LIMIT ${most}`;
}

function propertiesOf({ order }: List<object>): string[] {
  return order.map(([property]) => property);
}

function isDescending({ list, backward }: Pick<PageKey<object>, 'list' | 'backward'>): boolean {
  return (list.direction === 'DESC') !== backward;
}

function inOrder(alias: string, key: Pick<PageKey<object>, 'list' | 'backward'>): Sql {
  const direction = isDescending(key) ? 'DESC' : 'ASC';
  return raw(
    propertiesOf(key.list)
      .map((property) => `${alias}."${property}" ${direction}`)
      .join(),
  );
}

function isOfTable(columns: Columns | Sql): columns is Columns {
  return 'list' in columns;
}
