import { describe, expect, it } from 'vitest';
import { NEGOTIATION_TABLES } from '../src/ledger/subjects.ts';
import { freshDatabase } from './support/database.ts';

/** Tables with the column that no list is read from: what they say is looked up by what may be read, or by whose it is. */
const APART = ['negotiation_slug', 'role_grant', 'idempotency_key'];

describe('the tables whose rows belong to negotiations', () => {
  it('are known, so that they are there for those alone who may read them', async () => {
    await using database = await freshDatabase();
    const rows = await database.prisma.$queryRaw<{ name: string }[]>`
      SELECT table_name::text AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND column_name = 'negotiation_id'`;
    const tables = rows.map(({ name }) => name).filter((name) => !APART.includes(name));
    expect(tables.sort()).toEqual([...NEGOTIATION_TABLES].sort());
  });
});
