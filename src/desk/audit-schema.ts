import { Prisma } from '../database/connect.ts';
import type { AuditEntryModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import { enumOf } from '../graphql/enums.ts';
import { readId } from '../graphql/ids.ts';
import { columns } from '../ledger/columns.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { empty, type List, readPage, sql } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { accountIdOf, accountNames } from './accounts.ts';
import { requireRole } from './policy.ts';

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
    entries: t.exposeInt('entries', {
      description: 'How many changes of the record it made, the last one at `cursor`.',
    }),
    times: t.exposeInt('times', {
      description: 'How often: attempts that are alike are one entry a minute.',
    }),
    hash: t.string({
      description:
        'SHA-256 over the hash of the entry before and all that this one says, in hexadecimal digits: none can be changed without all that came after it.',
      resolve: ({ hash }) => Buffer.from(hash).toString('hex'),
    }),
  }),
});

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
      'All that was done, and what was attempted and not done, the last first. What is proved by its hashes is checked with `npm run audit:verify`. Needs the role ADMIN.',
    args: { filter: t.arg({ type: AuditFilter, description: 'Narrows the list; all of it when left out.' }) },
    resolve: async (_root, { filter, ...args }, context) => {
      requireRole(context.viewer, 'ADMIN');
      // What this node has just refused is in it too.
      await context.ledger.attempts.settled();
      return connection(await readPage(await context.now(), auditWhere(filter ?? {}), null, args));
    },
  }),
);

function auditWhere({
  accountId,
  negotiationId,
  subjectId,
  outcomes,
}: typeof AuditFilter.$inferInput): List<AuditEntryModel> {
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
      ${outcomes ? sql`AND t.outcome::text = ANY(${[...outcomes]})` : empty}`,
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
