import { Prisma, parserOf, type Read } from '../database/connect.ts';
import type { Columns } from './columns.ts';

/** A column of a row, and what makes the value that `pg` gives out of its text; null where the text is the value. */
export interface ParsedColumn {
  readonly property: string;
  readonly parse: ((text: string) => unknown) | null;
}

/** The types that a database's columns have, for rows that come out of a statement as text. */
export class ColumnTypes {
  readonly #types: ReadonlyMap<string, number>;
  readonly #parsers = new WeakMap<Columns, readonly ParsedColumn[]>();

  private constructor(types: ReadonlyMap<string, number>) {
    this.#types = types;
  }

  static async of(read: Read): Promise<ColumnTypes> {
    const rows = await read<{ name: string; type: number }>(Prisma.sql`
      SELECT c.relname || '.' || a.attname AS name, a.atttypid::int AS type FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`);
    return new ColumnTypes(new Map(rows.map(({ name, type }) => [name, type])));
  }

  parsersOf(table: string, columns: Columns): readonly ParsedColumn[] {
    let known = this.#parsers.get(columns);
    if (known === undefined) {
      known = columns.list.map(({ property, name, cast }) => ({
        property,
        parse: parserOf(cast ?? this.#typeOf(`${table}.${name}`)),
      }));
      this.#parsers.set(columns, known);
    }
    return known;
  }

  #typeOf(column: string): number {
    const type = this.#types.get(column);
    if (type === undefined) throw new Error(`no table has a column “${column}”`);
    return type;
  }
}
