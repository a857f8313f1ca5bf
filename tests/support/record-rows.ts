import { type Database, Prisma } from '../../src/database/connect.ts';

/** Every table of the record and what is derived from it; the desk's own hold ids of an import, and keys. */
export async function tablesOf({ read }: Database): Promise<string[]> {
  const rows = await read<{ name: string }>(Prisma.sql`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
      AND (c.relname IN ('ledger', 'negotiation_slug', 'search_language') OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('until_position') AND NOT a.attisdropped))
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The rows of a table, each id as the position at which it entered the record, which is the same in both. */
export async function rowsOf({ read }: Database, table: string): Promise<string[]> {
  const entries = await read<{ id: string; position: bigint }>(
    Prisma.sql`SELECT subject_id::text AS id, min(position) AS position FROM ledger GROUP BY 1
      UNION ALL SELECT id::text, min(from_position) FROM pseudonym GROUP BY 1`,
  );
  const positions = new Map(entries.map(({ id, position }) => [id, `#${position}`]));
  const rows = await read<{ row: Record<string, unknown> }>(
    Prisma.sql`SELECT to_jsonb(t) - 'recorded_at' AS row FROM ${Prisma.raw(table)} t`,
  );
  const named = (text: string) => text.replaceAll(UUID, (id) => positions.get(id) ?? id);
  return rows
    .map(({ row }) => {
      // A tsvector has its words in the order of their letters, ids among them; which of two names stands first is open.
      if (table === 'search_statement') {
        row.words = named(String(row.words))
          .replaceAll(/:[\dA-D,]+/g, '')
          .split(' ')
          .sort();
      }
      // Of somebody who is only described it is a digest, of an id too.
      if (row.whose && !positions.has(String(row.whose))) row.whose = 'described';
      return named(JSON.stringify(row));
    })
    .sort();
}
