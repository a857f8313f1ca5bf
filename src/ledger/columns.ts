import { Prisma } from '../database/connect.ts';
import type { Table } from './snapshot.ts';
import { snake } from './subjects.ts';

/** The columns of a table, under the names that Prisma gives them. */
export function columns(fields: Record<string, string>, casts: Record<string, string> = {}): Prisma.Sql {
  return Prisma.raw(
    Object.keys(fields)
      .map((field) => `t.${snake(field)}${casts[field] ? `::${casts[field]}` : ''} AS "${field}"`)
      .join(', '),
  );
}

/** A table of versions by the columns that Prisma's model has. */
export function table(name: string, fields: Record<string, string>, where?: Prisma.Sql): Table {
  return { name, columns: columns(fields), ...(where && { where }) };
}
