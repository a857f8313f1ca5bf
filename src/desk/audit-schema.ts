import { Prisma } from '../database/connect.ts';
import type { AuditEntryModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { enumOf } from '../graphql/enums.ts';
import { readId } from '../graphql/ids.ts';
import { columns } from '../ledger/columns.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { type Hidden, isThere } from '../ledger/hidden.ts';
import { empty, type List, readPage, sql } from '../ledger/page.ts';
import { type At, arrayOf, type Batch, type Snapshot } from '../ledger/snapshot.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { accountIdOf, accountNames } from './accounts.ts';
import { requireRole, restrictedBelow } from './policy.ts';

const AuditOutcome = enumOf('AuditOutcome', 'What came of something that somebody asked for.', {
  DONE: 'It was done.',
  REFUSED: 'It could not be, for what was asked; nothing was written.',
  DENIED: 'Whoever asked may not; nothing was written.',
});

const AuditEntry = builder.objectRef<At<AuditEntryModel>>('AuditEntry').implement({
  description: 'Something that was done, or attempted. It says what and by whom, and nothing that anybody gave.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ recordedAt }) => recordedAt }),
    accountId: t.id({
      nullable: true,
      description: 'The account; null for whoever showed no key that is good, and for what no account does.',
      resolve: ({ accountId }) => (accountId === null ? null : accountIdOf({ id: accountId })),
    }),
    account: t.string({
      nullable: true,
      description: 'Its name, as it is called now.',
      resolve: ({ accountId, snapshot }) => (accountId === null ? null : snapshot.load(accountNames, accountId)),
    }),
    operation: t.exposeString('operation', {
      description: 'The field of this API that was asked for, or what was done without it, as an import.',
    }),
    outcome: t.expose('outcome', { type: AuditOutcome, description: 'What came of it.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The type or code of the error that it was answered with; null for what was done.',
    }),
    negotiation: t.field({
      type: Negotiation,
      nullable: true,
      description:
        'The talks that it was done in, or attempted; null for what belongs to none, and for what was denied before it was looked at.',
      resolve: ({ negotiationId, snapshot }) =>
        negotiationId === null ? null : snapshot.load(negotiationById, negotiationId),
    }),
    subjectId: t.id({
      nullable: true,
      description: 'What it was done to; null for an import, and for what was not done.',
      resolve: ({ subjectType, subjectId }) =>
        subjectType === null || subjectId === null ? null : globalId(subjectType, subjectId),
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'Where the record stood right after.',
      // For whoever reads it: what was written last may be what is not there for them.
      resolve: async ({ recordPosition, snapshot }) => snapshot.cursors.seal(await snapshot.lastThere(recordPosition)),
    }),
    entries: t.int({
      description: 'How many changes of the record it made, the last one at `cursor`.',
      resolve: (row) => row.snapshot.load(entriesThere, row),
    }),
    times: t.exposeInt('times', {
      description: 'How often: attempts that are alike are one entry a minute.',
    }),
  }),
});

/**
 * How many entries of the ledger a row of the audit wrote that are there for the reader: an import writes into talks of any
 * kind.
 */
const entriesThere: Batch<AuditEntryModel, number> = {
  load: async ({ read, hidden }, rows) => {
    if (hidden.size === 0) return rows.map(({ entries }) => entries);
    const found = await read<{ count: number }>(sql`
      SELECT (SELECT count(*)::int ${entriesOf(sql`a`, hidden)}) AS count
      FROM unnest(${arrayOf(rows.map(({ recordPosition }) => recordPosition))}::bigint[], ${arrayOf(rows.map(({ entries }) => BigInt(entries)))}::int[])
        WITH ORDINALITY AS a(record_position, entries, number) ORDER BY number`);
    return found.map(({ count }) => count);
  },
};

/** `FROM …`: the entries that a row of the audit wrote, less those that are not there for the reader. */
function entriesOf(row: Prisma.Sql, hidden: Hidden): Prisma.Sql {
  return sql`FROM ledger l WHERE l.position > ${row}.record_position - ${row}.entries AND l.position <= ${row}.record_position
    ${isThere(hidden, sql`l.negotiation_id`)}`;
}

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Which entries; all that is given must hold.',
  fields: (t) => ({
    accountId: t.id({ description: 'Of this account.' }),
    negotiationId: t.id({ description: 'Done in these talks.' }),
    subjectId: t.id({ description: 'Done to this, also to a draft.' }),
    outcomes: t.field({ type: [AuditOutcome], description: 'With one of these outcomes.' }),
  }),
});

builder.queryField('audit', (t) =>
  t.connection({
    type: AuditEntry,
    description:
      'All that was done, and what was attempted and not done, the last first. Each entry is bound to the one before by a hash, which `npm run audit:verify` checks. Needs the role ADMIN, and in RESTRICTED talks the same role there.',
    args: { filter: t.arg({ type: AuditFilter, description: 'Narrows the list; all of it when left out.' }) },
    resolve: async (_root, { filter, ...args }, context) => {
      requireRole(context, 'ADMIN');
      // What this node has just refused is in it too.
      await context.ledger.attempts.settled();
      const snapshot = await auditedBy(context);
      return connection(await readPage(snapshot, auditWhere(filter ?? {}, snapshot.hidden), null, args));
    },
  }),
);

/** The record as an administrator audits it: of restricted talks only those in which they are one. */
async function auditedBy(context: Context): Promise<Snapshot> {
  const now = await context.now();
  const hidden = new Set([...now.hidden, ...restrictedBelow(context, 'ADMIN')]);
  return hidden.size === now.hidden.size ? now : context.ledger.snapshot(now.position, hidden, context.deadline);
}

function auditWhere(
  { accountId, negotiationId, subjectId, outcomes }: typeof AuditFilter.$inferInput,
  hidden: Hidden,
): List<AuditEntryModel> {
  const account = accountId ? rowId(accountId, 'Account') : null;
  const negotiation = readId('Negotiation', negotiationId);
  const subject = subjectId ? rowId(subjectId, null) : null;
  return {
    name: 'audit',
    table: 'audit',
    columns: columns(Prisma.AuditEntryScalarFieldEnum),
    parent: null,
    order: [['position', 'bigint']],
    direction: 'DESC',
    where: sql`true ${account ? sql`AND t.account_id = ${account}::uuid` : empty}
      ${negotiation ? sql`AND t.negotiation_id = ${negotiation}::uuid` : empty}
      ${subject ? sql`AND t.subject_id = ${subject}::uuid` : empty}
      ${outcomes ? sql`AND t.outcome::text = ANY(${[...outcomes]})` : empty}
      ${hidden.size > 0 ? sql`AND (t.entries = 0 OR EXISTS (SELECT ${entriesOf(sql`t`, hidden)}))` : empty}`,
    inForce: () => sql`true`,
    negotiation: sql`t.negotiation_id`,
    narrowing: { account, negotiation, subject, outcomes },
  };
}

/** @throws ReadRefusedError BAD_ID */
function rowId(given: string, type: string | null): string {
  const read = readGlobalId(given);
  if (read === null || (type !== null && read.type !== type))
    throw new ReadRefusedError('BAD_ID', `“${given}” is not the id of ${type ?? 'anything here'}.`);
  return read.id;
}
