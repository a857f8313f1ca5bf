import { Prisma } from '../database/connect.ts';
import { readAhead, versionsThere } from './ahead.ts';
import { askedOf, type Table } from './columns.ts';
import { type At, arrayOf, type VersionBatch } from './snapshot.ts';
import { snake } from './subjects.ts';
import { noteRows } from './touches.ts';

const { sql, empty } = Prisma;

let count = 0;

/** Reads versions of a table by id; null for what was not in the record there. */
export function byId<Row extends { id: string }>(table: Table): VersionBatch<At<Row> | null> {
  return versions(table, 'id', null, ([row]: At<Row>[]) => row ?? null);
}

/** Reads the versions that belong to each of many keys, in an order: one statement for all keys and positions. */
export function listBy<Row extends object>(
  table: Table,
  by: keyof Row & string,
  order: Prisma.Sql,
): VersionBatch<At<Row>[]> {
  return versions(table, by, order, (rows: At<Row>[]) => rows);
}

function versions<Row extends object, Value>(
  table: Table,
  by: string,
  order: Prisma.Sql | null,
  asAsked: (rows: At<Row>[]) => Value,
): VersionBatch<Value> {
  const { name, columns } = table;
  count += 1;
  return {
    id: count,
    table,
    by,
    order,
    touches: (touched, key) => noteRows(touched, name, snake(by), key),
    loadVersions: async (wanted, ahead) => {
      const [{ snapshot: first }] = wanted;
      const at = wanted.every(({ snapshot }) => snapshot.position === first.position) ? first.position : null;
      const keys = arrayOf(wanted.map(({ key }) => key));
      const where =
        at !== null
          ? sql`unnest(${keys}::uuid[]) WITH ORDINALITY AS w(key, number)`
          : sql`unnest(${keys}::uuid[], ${arrayOf(wanted.map(({ snapshot }) => snapshot.position))}::bigint[])
              WITH ORDINALITY AS w(key, at, number)`;
      const asked = askedOf(columns, ahead, [by]);
      const select = sql`SELECT ${asked}, w.number - 1 AS "@tag" ${at === null ? sql`, w.at AS "@at"` : empty}
        FROM ${where} ${versionsThere({ table, by, order }, first, at)}`;
      const lists = await readAhead<Row>(wanted, { table: name, columns: asked, select, at }, ahead);
      return lists.map(asAsked);
    },
  };
}
