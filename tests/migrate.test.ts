import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { migrate, statements } from '../src/database/migrate.ts';
import { verifyAudit } from '../src/desk/audit-chain.ts';
import { freshPlace, onServer } from './support/database.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld } from './support/world.ts';

const WITHDRAWN = '20261127013000_withdrawn_by_default';
const WHOSE_CLAIM = '20261127060000_whose_claim';
const AUDITED_FROM = '20261128003000_audited_from';
const JUDGEMENTS = '20261127014000_judgements_told';

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

it('the audit of a record that is older has to reach back to where that stood, and of a newer one to its beginning', async () => {
  await using world = await openWorld();
  await seedTalks(world);
  const { prisma, read } = world.database;
  const before = async (...changes: string[]) => {
    for (const change of [...changes, 'ALTER TABLE ledger_head DROP COLUMN audited_from'])
      await prisma.$executeRawUnsafe(change);
    await prisma.$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name = ${AUDITED_FROM}`;
    expect(await migrate(prisma)).toEqual([AUDITED_FROM]);
    return (await prisma.ledgerHead.findFirstOrThrow()).auditedFrom;
  };
  expect(await before()).toBe(0n);
  expect(await verifyAudit(read)).toMatchObject({ isWhole: true });
  const { position } = await prisma.ledgerHead.findFirstOrThrow();
  expect(await before('ALTER TABLE audit DISABLE TRIGGER append_only', 'DELETE FROM audit')).toBe(position);
  expect(await verifyAudit(read)).toMatchObject({ isWhole: true, rows: 0n });
  await publish(world, 'first-audited');
  expect(await verifyAudit(read)).toMatchObject({ isWhole: true, rows: 1n });
  await prisma.$executeRaw`DELETE FROM audit`;
  expect(await verifyAudit(read)).toMatchObject({ isWhole: false });
});

it('what was judged of sources is tied to the entry that told it, whatever the clocks said', async () => {
  await using world = await openWorld();
  await seedTalks(world);
  const from = (descriptor: string) => ({
    source: { kind: 'UNNAMED_PERSON', descriptor },
    attributionLevel: 'BACKGROUND',
  });
  for (const id of ['pilot', 'airman', 'smith']) await publish(world, id, from(`a ${id}`));
  const join = { statementId: 'pilot', otherStatementId: 'airman', reason: 'Both fly.' };
  await world.write('joinSources', join);
  await world.write('splitSource', { statementId: 'airman', reason: 'They met.' });
  await world.write('joinSources', { ...join, reason: 'They did not.' });
  await world.write('joinSources', { ...join, otherStatementId: 'smith', reason: 'Both weld.' });
  const changes = { text: 'Otherwise.' };
  await world.write('correctStatement', { statementId: 'airman', revision: 4, note: 'x', changes });

  const { prisma } = world.database;
  const tied = () => prisma.sourceJudgement.findMany({ select: { id: true, position: true }, orderBy: { id: 'asc' } });
  const right = await tied();
  expect(right).toHaveLength(4);
  // What readers were told of a split when judgements were not tied to their entries.
  await prisma.$executeRaw`ALTER TABLE ledger DISABLE TRIGGER USER`;
  await prisma.$executeRaw`UPDATE ledger SET note = 'The desk judges that its source is another than was thought.'
    WHERE position = ${right[1]?.position}`;
  await prisma.$executeRaw`ALTER TABLE ledger ENABLE TRIGGER USER`;
  const repair = statements(
    await readFile(new URL(`../prisma/migrations/${JUDGEMENTS}/migration.sql`, import.meta.url), 'utf8'),
  );
  const [first, second, third, fourth] = right.map(({ position }) => position);
  for (const wrong of [
    [first, second, third, fourth],
    // Each to the correction that came next.
    [second, third, (fourth ?? 0n) + 1n, null],
    [third, third, third, fourth],
  ]) {
    for (const [nth, position] of wrong.entries())
      await prisma.sourceJudgement.update({
        where: { id: right[nth]?.id ?? '' },
        data: { position: position ?? null },
      });
    for (const statement of repair) await prisma.$executeRawUnsafe(statement);
    expect(await tied()).toEqual(right);
  }
});

it('whose claims of before are is known afterwards, versions that ended and expunged ones included', async () => {
  await using world = await openWorld();
  await seedTalks(world);
  await world.write('poseOutcome', { externalId: 'deal', negotiationId: 'talks', question: 'Will there be a deal?' });
  await world.write('recordHeldGroup', { externalId: 'crew', negotiationId: 'talks', descriptor: 'the crew' });
  const unnamed = {
    source: { kind: 'UNNAMED_PERSON', descriptor: 'a welder', onBehalfOfId: 'union' },
    attributionLevel: 'BACKGROUND',
  };
  const likely = { outcomeId: 'deal', words: 'likely', scheme: 'WORDS' };
  const claims = {
    estimates: [likely, { ...likely, holder: 'A Bank' }],
    countClaims: [{ heldGroupId: 'crew', low: 3 }],
  };
  await publish(world, 'named', claims);
  await publish(world, 'unnamed', { ...claims, ...unnamed });
  await publish(world, 'erased', { ...claims, ...unnamed });
  await world.write('correctStatement', { statementId: 'named', revision: 1, note: 'x', changes: unnamed });
  await world.write('expungeStatement', { statementId: 'erased', reason: 'A danger.' });

  const { prisma } = world.database;
  const whose = () => prisma.$queryRaw<{ whose: string | null }[]>`
    SELECT statement_id, ordinal, from_position, whose FROM estimate
    UNION ALL SELECT statement_id, ordinal, from_position, whose FROM count_claim ORDER BY 1, 2, 3, 4`;
  const right = await whose();
  expect(right.filter((row) => row.whose === null)).toHaveLength(3);
  expect(right).toHaveLength(12);
  await prisma.$executeRaw`DROP FUNCTION estimate_is_somebodys, count_claim_is_somebodys CASCADE`;
  await prisma.$executeRaw`DROP FUNCTION whose_statement, whose_words`;
  await prisma.$executeRaw`ALTER TABLE estimate DROP COLUMN whose`;
  await prisma.$executeRaw`ALTER TABLE count_claim DROP COLUMN whose`;
  await prisma.$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name = ${WHOSE_CLAIM}`;
  expect(await migrate(prisma)).toEqual([WHOSE_CLAIM]);
  expect(await whose()).toEqual(right);
});
