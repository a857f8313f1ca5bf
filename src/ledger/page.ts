import { createHash } from 'node:crypto';
import { ALONE, Prisma } from '../database/connect.ts';
import { ReadRefusedError } from './errors.ts';
import { type At, arrayOf, type Batch, type Snapshot } from './snapshot.ts';
import { negotiationOf, type SubjectType, snake } from './subjects.ts';
import { noteRows } from './touches.ts';

export const { sql, empty, join, raw } = Prisma;
export type Sql = Prisma.Sql;

export const PAGE_DEFAULT = 20;
export const PAGE_MOST = 100;

/** A list of versions that grows, in an order of its own: how to read a page of it, and of many parents' at once. */
export interface List<Row> {
  readonly name: string;
  /** A table, or what is read in its place at a position: of that, what is not there for the reader is left out already. */
  readonly table: string | ((at: Snapshot) => Promise<Sql>);
  readonly columns: Sql;
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
 * @throws ReadRefusedError for bounds that make no page, or a cursor of another list
 */
export async function readPage<Row extends object>(
  snapshot: Snapshot,
  list: List<Row>,
  parentId: string | null,
  args: PageArgs,
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
  const shape = JSON.stringify([list.name, list.narrowing, list.direction, limit, backward, from]);
  const key: PageKey<Row> = { list, parentId, limit, backward, from, shape };
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
  const { list, limit, backward, from } = first;
  const descending = (list.direction === 'DESC') !== backward;
  const direction = raw(descending ? 'DESC' : 'ASC');
  const ordered = list.order.map(([property]) => raw(`t.${snake(property)}`));
  const beyond =
    from === null
      ? empty
      : sql`AND (${join(ordered)}) ${raw(descending ? '<' : '>')}
            (${join(list.order.map(([, type], index) => sql`${from[index] ?? ''}::${raw(type)}`))})`;
  const where = typeof list.where === 'function' ? list.where(snapshot.position) : list.where;
  const table = typeof list.table === 'string' ? raw(list.table) : await list.table(snapshot);
  // What is found by a query of its own may take long.
  const alone = typeof list.table === 'string' ? undefined : ALONE;
  const negotiation = list.negotiation ?? (typeof list.table === 'string' ? negotiationOf(list.table) : undefined);
  const page = (owner: Sql) => sql`
    SELECT ${list.columns} FROM ${table} t
    WHERE ${owner} AND ${(list.inForce ?? versionInForce)(snapshot.position)} AND ${where}
      ${negotiation ? snapshot.isThere(negotiation) : empty} ${beyond}
    ORDER BY ${join(ordered.map((column) => sql`${column} ${direction}`))}
    LIMIT ${limit + 1}`;

  if (list.parent === null) {
    const rows = await snapshot.read(page(sql`true`), alone);
    snapshot.touched?.found(rows);
    for (const key of group) found.set(key, snapshot.hold(rows));
    return;
  }
  const parents = group.map(({ parentId }) => parentId);
  // Whose it is stands where the snapshot is put then.
  const rows = await snapshot.read<{ snapshot: string | Snapshot }>(
    sql`
    SELECT v.*, k.id AS snapshot FROM unnest(${arrayOf(parents)}::uuid[]) AS k(id)
    CROSS JOIN LATERAL (${page(sql`t.${raw(list.parent)} = k.id`)}) v
    ORDER BY ${join(list.order.map(([property]) => sql`v.${raw(`"${property}"`)} ${direction}`))}`,
    alone,
  );
  snapshot.touched?.found(rows);
  const lists = new Map<unknown, At<object>[]>(parents.map((id) => [id, []]));
  for (const row of rows) {
    const list = lists.get(row.snapshot);
    row.snapshot = snapshot;
    list?.push(row as At<object>);
  }
  for (const key of group) found.set(key, lists.get(key.parentId) ?? []);
}
