import { Prisma } from '../database/connect.ts';
import { readAhead } from './ahead.ts';
import { askedOf, guard, type Table } from './columns.ts';
import { type At, arrayOf, type Snapshot, type VersionBatch, type Wanted } from './snapshot.ts';
import { negotiationOf, snake } from './subjects.ts';
import { noteRows } from './touches.ts';

/** Reads versions of a table by id; null for what was not in the record there. */
export function byId<Row extends { id: string }>(table: Table): VersionBatch<At<Row> | null> {
  return versions(table, 'id', Prisma.sql`t.from_position`, false, ([row]: At<Row>[]) => row ?? null);
}

/** Reads the versions that belong to each of many keys, in an order: one statement for all keys and positions. */
export function listBy<Row extends object>(
  table: Table,
  by: keyof Row & string,
  order: Prisma.Sql,
): VersionBatch<At<Row>[]> {
  return versions(table, by, order, true, (rows: At<Row>[]) => rows);
}

function versions<Row extends object, Value>(
  table: Table,
  by: string,
  order: Prisma.Sql,
  isList: boolean,
  asAsked: (rows: At<Row>[]) => Value,
): VersionBatch<Value> {
  const { name, columns, where, negotiation = negotiationOf(name) } = table;
  const join = Prisma.sql`JOIN ${Prisma.raw(name)} t ON t.${Prisma.raw(snake(by))} = w.key
    AND t.from_position <= w.at AND t.until_position > w.at ${where ? Prisma.sql`AND ${where}` : Prisma.empty}`;
  return {
    table,
    by,
    order,
    isList,
    touches: (touched, key) => noteRows(touched, name, snake(by), key),
    loadVersions: async (wanted, ahead) => {
      const [first] = wanted;
      if (first === undefined) return [];
      const keys = arrayOf(wanted.map(({ key }) => key));
      const positions = arrayOf(wanted.map(({ snapshot }) => snapshot.position));
      const rows = Prisma.sql`
        FROM unnest(${keys}::uuid[], ${positions}::bigint[]) WITH ORDINALITY AS w(key, at, number) ${join} ${negotiation ? first.snapshot.isThere(negotiation) : Prisma.empty}
        ${isList ? Prisma.sql`ORDER BY ${order}` : Prisma.empty}`;
      const lists = wanted.map((): At<Row>[] => []);
      const asked = askedOf(columns, ahead, [by]);
      if (ahead !== undefined && ahead.leads.length > 0) {
        const select = Prisma.sql`SELECT ${asked}, w.at AS "@at", w.number AS "@tag" ${rows}`;
        const found = await readAhead<Row>(first.snapshot, { table: name, columns: asked, select }, ahead);
        for (const [index, row] of found.rows.entries()) lists[Number(found.tags[index]) - 1]?.push(row);
        return lists.map(asAsked);
      }
      // The number stands where the snapshot is put then: to take a column out of a row makes all of it slow.
      const found = await first.snapshot.read<Row & { snapshot: number | Snapshot }>(
        Prisma.sql`SELECT ${asked}, w.number::int AS snapshot ${rows}`,
      );
      first.snapshot.touched?.found(found);
      for (const row of found) {
        const index = Number(row.snapshot) - 1;
        row.snapshot = (wanted[index] as Wanted).snapshot;
        guard(row, asked);
        lists[index]?.push(row as At<Row>);
      }
      return lists.map(asAsked);
    },
  };
}
