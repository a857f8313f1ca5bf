import { createHash } from 'node:crypto';
import { ALONE, Prisma } from '../database/connect.ts';
import { readAhead } from './ahead.ts';
import { askedOf, type Columns } from './columns.ts';
import { ReadRefusedError } from './errors.ts';
import { type Ahead, type At, arrayOf, type Batch, type Snapshot } from './snapshot.ts';
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
  /** Whether few rows may be let through: whoever plans how to find those has to know what is asked for. */
  readonly isNarrow?: boolean;
  /** When a row `t` is part of the record at a position; a version, from where it began until it ended. */
  readonly inForce?: (position: bigint) => Sql;
  /** Which negotiation a row `t` is of, or leads to, where its table's own column does not say so. */
  readonly negotiation?: Sql;
  /** Of which kinds of subjects, beside its own, the narrowing depends. */
  readonly alsoKinds?: readonly SubjectType[] | undefined;
  /** What narrows it, for telling the cursors of one narrowing from those of another. */
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
  const { limit, backward } = bounds(args);
  const cursor = backward ? args.before : args.after;
  const place =
    cursor === null || cursor === undefined ? null : snapshot.cursors.openPage(listName(list, parentId), cursor);
  // Of what was given when more was there, the part that is there now.
  const position = place === null ? snapshot.position : await snapshot.lastThere(place.at);
  if (position > snapshot.position) {
    throw new ReadRefusedError('BAD_CURSOR', 'This cursor was given at a later moment than is read here.');
  }
  const at = snapshot.moved(position);
  const from = place?.values ?? null;
  const shape = JSON.stringify([list.name, list.narrowing, list.direction, limit, backward, from, ahead?.id]);
  const key: PageKey<Row> = { list, parentId, limit, backward, from, shape, ahead };
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

function bounds({ first, last, after, before }: PageArgs): { limit: number; backward: boolean } {
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

function listName<Row>(list: List<Row>, parentId: string | null): string {
  const narrowing = JSON.stringify([parentId, list.narrowing]);
  return `${list.name}:${createHash('sha256').update(narrowing).digest('base64url').slice(0, 12)}`;
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

interface PageKey<Row> {
  readonly list: List<Row>;
  readonly parentId: string | null;
  readonly limit: number;
  readonly backward: boolean;
  readonly from: readonly string[] | null;
  /** All of it but the parent: what is the same is read in one statement. */
  readonly shape: string;
  readonly ahead: Ahead | undefined;
}

const pages: Batch<PageKey<object>, At<object>[]> = {
  touches: (touched, { list, parentId }) => {
    if (typeof list.table === 'string') noteRows(touched, list.table, list.parent, parentId);
    else touched.everything();
    if (list.alsoKinds !== undefined) touched.kind(...list.alsoKinds);
  },
  cacheKey: ({ shape, parentId }) => `${shape} ${parentId}`,
  load: async (snapshot, keys) => {
    const groups = new Map<string, PageKey<object>[]>();
    for (const key of keys) {
      const group = groups.get(key.shape);
      if (group === undefined) groups.set(key.shape, [key]);
      else group.push(key);
    }
    const found = new Map<PageKey<object>, At<object>[]>();
    await Promise.all([...groups.values()].map((group) => readGroup(snapshot, group, found)));
    return keys.map((key) => found.get(key) ?? []);
  },
};

/** One statement for all the parents that ask the same. */
async function readGroup(
  snapshot: Snapshot,
  group: readonly PageKey<object>[],
  found: Map<PageKey<object>, At<object>[]>,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { list, ahead } = first;
  const { table, parent } = list;
  const columns = isOfTable(list.columns) ? askedOf(list.columns, ahead, propertiesOf(list)) : list.columns;
  const source = typeof table === 'string' ? raw(table) : await table(snapshot);
  // What is found by a query of its own may take long.
  const alone = typeof table !== 'string' || list.isNarrow ? ALONE : undefined;
  const page = (owner: Sql) => pageOf(snapshot, first, columns, source, owner);
  const parents = group.map(({ parentId }) => parentId);
  const [only] = parents;
  // One parent is not asked for as an array, which PostgreSQL plans for as if it had ten.
  const { pages, owner } =
    parent === null || parents.length === 1
      ? { pages: page(parent === null ? sql`true` : sql`t.${raw(parent)} = ${only}::uuid`), owner: sql`${only}` }
      : {
          pages: sql`SELECT k.id AS "@owner", v.* FROM unnest(${arrayOf(parents)}::uuid[]) AS k(id)
            CROSS JOIN LATERAL (${page(sql`t.${raw(parent)} = k.id`)}) v ORDER BY ${inOrder('v', first)}`,
          owner: sql`o."@owner"`,
        };
  const lists = new Map<unknown, At<object>[]>(parents.map((id) => [id, []]));
  if (typeof table === 'string' && isOfTable(columns)) {
    const select = sql`SELECT o.*, ${owner} AS "@tag" FROM (${pages}) o`;
    const { rows, tags } = await readAhead(snapshot, { table, columns, select, at: snapshot }, ahead, alone);
    for (const [index, row] of rows.entries()) lists.get(tags[index] ?? null)?.push(row);
  } else {
    // Whose it is stands where the snapshot is put then.
    const rows = await snapshot.read<{ snapshot: string | null | Snapshot }>(
      sql`SELECT o.*, ${owner} AS snapshot FROM (${pages}) o`,
      alone,
    );
    snapshot.touched?.found(rows);
    for (const row of rows) {
      const list = lists.get(row.snapshot);
      row.snapshot = snapshot;
      list?.push(row as At<object>);
    }
  }
  for (const key of group) found.set(key, lists.get(key.parentId) ?? []);
}

/** The rows of one page: those with an owner that the list lets through, beyond where the page before ended. */
function pageOf(
  snapshot: Snapshot,
  { list, limit, backward, from }: PageKey<object>,
  columns: Sql,
  source: Sql,
  owner: Sql,
): Sql {
  const { position } = snapshot;
  const descending = isDescending({ list, backward });
  const where = typeof list.where === 'function' ? list.where(position) : list.where;
  const negotiation = list.negotiation ?? (typeof list.table === 'string' ? negotiationOf(list.table) : undefined);
  const beyond =
    from === null
      ? empty
      : sql`AND (${join(propertiesOf(list).map((property) => raw(`t.${snake(property)}`)))}) ${raw(descending ? '<' : '>')}
            (${join(list.order.map(([, type], index) => sql`${from[index] ?? ''}::${raw(type)}`))})`;
  // Not to be planned without knowing how few they are; of a few sizes, as each is a statement of its own.
  const most = raw(String(SIZES.find((size) => size > limit) ?? limit + 1));
  const among = (owner: Sql) => sql`
    SELECT ${columns} FROM ${source} t
    WHERE ${owner} AND ${(list.inForce ?? versionInForce)(position)} AND ${where}
      ${negotiation ? snapshot.isThere(negotiation) : empty} ${beyond}
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
