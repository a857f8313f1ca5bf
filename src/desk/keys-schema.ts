import type { DeskKeyModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { bounds } from '../graphql/input.ts';
import { mutation } from '../graphql/mutation.ts';
import { AlreadyRecordedError, InvalidInputError } from '../ledger/errors.ts';
import { theAccount } from './accounts.ts';
import { type IssuedKey, issuedKey, planKey, planRevocation } from './keys.ts';
import { Role } from './role.ts';

export const DeskKey = builder.objectRef<DeskKeyModel>('DeskKey').implement({
  description: 'A key of the desk, without its secret.',
  fields: (t) => ({
    prefix: t.exposeString('prefix', {
      description: 'The public part of the key, between its underscores: what it is revoked by.',
    }),
    name: t.exposeString('name', { description: 'Whose key it is, or what for.' }),
    role: t.expose('role', { type: Role, description: 'The most that it is good for, whatever its account may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was issued.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it opens nothing; null for one that does not expire.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it is not.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The day on which it was last used, in UTC, as its first instant; null for never.',
    }),
  }),
});

const IssueKeyPayload = builder.objectRef<IssuedKey>('IssueKeyPayload').implement({
  description: 'What issueKey gives.',
  fields: (t) => ({
    key: t.exposeString('key', {
      description:
        'The whole key, this once: only its hash is kept. It goes into the header “Authorization: Bearer …”.',
    }),
    deskKey: t.field({ type: DeskKey, description: 'What is kept of it.', resolve: ({ row }) => row }),
  }),
});

const IssueKeyInput = builder.inputType('IssueKeyInput', {
  description: 'A key to be issued.',
  fields: (t) => ({
    name: t.string({
      required: true,
      ...bounds({ maxLength: 200 }),
      description: 'Whose key it is; at most 200 characters.',
    }),
    role: t.field({ type: Role, required: true, description: 'The most that it is to be good for.' }),
    accountId: t.id({
      description:
        'The account that it is for; left out, for a new one of the same name, with the role on the whole desk.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From when on it opens nothing; it does not expire when left out.',
    }),
  }),
});

const RevokeKeyPayload = builder.objectRef<DeskKeyModel>('RevokeKeyPayload').implement({
  description: 'What revokeKey gives.',
  fields: (t) => ({ deskKey: t.field({ type: DeskKey, description: 'The key, revoked.', resolve: (row) => row }) }),
});

const RevokeKeyInput = builder.inputType('RevokeKeyInput', {
  description: 'A key to be revoked.',
  fields: (t) => ({
    prefix: t.string({ required: true, description: 'Its prefix: the part between the underscores.' }),
  }),
});

// Not mutations of the record: keys are the desk's own, and no entry of the ledger tells of them.
mutation<typeof IssueKeyInput, IssuedKey>('issueKey', {
  description:
    'Issues a key. Needs the role ADMIN; the first one is issued with `npm run key` where the server runs. Asked for again under the same idempotency key it is refused, as a key is shown once.',
  input: IssueKeyInput,
  inputDescription: 'Which key.',
  role: 'ADMIN',
  payload: IssueKeyPayload,
  act: ({ name, role, expiresAt = null, accountId }, context) => ({
    decide: async () => {
      const { prisma } = context.ledger;
      const account = accountId ? { accountId: await accountFor(context, accountId) } : {};
      const planned = await planKey(prisma, { name, role, expiresAt, ...account });
      const subject = { type: 'DeskKey', id: planned.id };
      return {
        plan: planned.plan,
        subject,
        about: { ...subject, negotiationId: null },
        answer: { prefix: planned.prefix },
        payload: () => issuedKey(prisma, planned),
      };
    },
    again: ({ answer }) => {
      const { prefix } = answer as { prefix: string };
      throw new AlreadyRecordedError(
        `This key was issued already, under the prefix ${prefix}, and is shown once; revoke it and issue another.`,
        prefix,
      );
    },
  }),
});

mutation<typeof RevokeKeyInput, DeskKeyModel>('revokeKey', {
  description: 'Ends a key: within a second it opens nothing any more. Needs the role ADMIN.',
  input: RevokeKeyInput,
  inputDescription: 'Which key.',
  role: 'ADMIN',
  payload: RevokeKeyPayload,
  act: ({ prefix }, { ledger: { prisma } }) => ({
    decide: async () => {
      const { plan, row } = await planRevocation(prisma, prefix);
      const subject = { type: 'DeskKey', id: row.id };
      return { plan, subject, about: { ...subject, negotiationId: null }, payload: () => row };
    },
    // A key that was revoked stays that, with the instant of it.
    again: ({ subjectId }) => prisma.deskKey.findUniqueOrThrow({ where: { id: subjectId } }),
  }),
});

/**
 * The account that a key is to be for: its holder reads all that the account may.
 * @throws InvalidInputError for one that was given a role in talks that are not there for whoever issues it
 */
async function accountFor(context: Context, given: string): Promise<string> {
  const { prisma } = context.ledger;
  const { id } = await theAccount(prisma, given);
  const { hidden } = await context.now();
  const within = await prisma.roleGrant.count({ where: { accountId: id, negotiationId: { in: [...hidden] } } });
  if (within === 0) return id;
  const message = 'is of somebody who may read what you may not: their keys are for them to issue.';
  throw new InvalidInputError([{ path: ['accountId'], message }]);
}
