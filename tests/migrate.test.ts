import pg from 'pg';
import { expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { freshPlace, onServer } from './support/database.ts';

const WITHDRAWN = '20261127013000_withdrawn_by_default';

it.runIf(onServer)('a database is migrated while a node of before writes, and neither is refused', async () => {
  const { place, drop } = await freshPlace();
  const writer = new pg.Client({ connectionString: 'url' in place ? place.url : '' });
  await writer.connect();
  {
    await using database = await connect(place);
    const { prisma } = database;
    await prisma.$executeRaw`DROP FUNCTION stands_unless_withdrawn CASCADE`;
    await prisma.$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name = ${WITHDRAWN}`;
    // As ledger_append does: the head first, then the tables of what it writes.
    await writer.query('BEGIN');
    await writer.query('UPDATE ledger_head SET position = position');
    await writer.query('LOCK TABLE outcome IN ROW EXCLUSIVE MODE');
    const migrated = migrate(prisma);
    const waiting = `SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE d.datname = current_database() AND NOT granted`;
    await expect.poll(async () => (await writer.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
    expect(await prisma.ledgerHead.count()).toBe(1);
    await writer.query('LOCK TABLE event IN ROW EXCLUSIVE MODE');
    await writer.query('COMMIT');
    expect(await migrated).toEqual([WITHDRAWN]);
    expect(await migrate(prisma)).toEqual([]);
  }
  await writer.end();
  await drop();
});
