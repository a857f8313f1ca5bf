import type { AccountModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { readId } from '../graphql/ids.ts';
import { bounds } from '../graphql/input.ts';
import { InvalidInputError, NotFoundError } from '../ledger/errors.ts';
import { readPage } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';
import { readGlobalId } from '../ledger/subjects.ts';
import { negotiationById } from '../negotiation/store.ts';
import {
  accountIdOf,
  accounts,
  closeAccount,
  grantRole,
  grantsOf,
  keysOf,
  openAccount,
  revokeRole,
  theAccount,
} from './accounts.ts';
import { DeskKey } from './keys-schema.ts';
import { requireRole } from './policy.ts';
import { GivenRoleType, Role, rolesSeen } from './role.ts';

const Account = builder.objectRef<At<AccountModel>>('Account').implement({
  description: 'Somebody of the desk, or a program of theirs. It is no node: only administrators reach it.',
  fields: (t) => ({
    id: t.id({ description: 'The id, for giving it roles and keys.', resolve: accountIdOf }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was opened.' }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed, with all its keys and tokens; null while it is open.',
    }),
    roles: t.field({
      type: [GivenRoleType],
      description: 'What it may do: on the whole desk, and in single negotiations that the caller may read.',
      resolve: async ({ id, snapshot }) => rolesSeen(snapshot, await snapshot.load(grantsOf, id)),
    }),
    keys: t.connection({
      type: DeskKey,
      description: 'Its keys, the one issued last first.',
      resolve: async ({ id, snapshot }, args) => connection(await readPage(snapshot, keysOf(), id, args)),
    }),
  }),
});

builder.queryField('accounts', (t) =>
  t.connection({
    type: Account,
    description: 'The accounts of the desk, the one opened last first. Needs the role ADMIN.',
    resolve: async (_root, args, context) => {
      requireRole(context.viewer, 'ADMIN');
      return connection(await readPage(await context.now(), accounts(), null, args));
    },
  }),
);

/** What each of these mutations gives. They are none of the record: no entry of the ledger tells of accounts. */
function payload(name: string, description: string) {
  return builder.objectRef<At<AccountModel>>(name).implement({
    description,
    fields: (t) => ({
      account: t.field({ type: Account, description: 'The account as it is now.', resolve: (account) => account }),
    }),
  });
}

function result(mutation: string) {
  return {
    name: `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Result`,
    description: `What ${mutation} gives: its payload, or an error to act on.`,
  };
}

const OpenAccountInput = builder.inputType('OpenAccountInput', {
  description: 'An account to be opened; it may read, until it is given a role.',
  fields: (t) => ({
    name: t.string({
      required: true,
      ...bounds({ maxLength: 200 }),
      description: 'Whose it is; at most 200 characters.',
    }),
  }),
});

const CloseAccountInput = builder.inputType('CloseAccountInput', {
  description: 'An account to be closed.',
  fields: (t) => ({ accountId: t.id({ required: true, description: 'Which account.' }) }),
});

const GrantRoleInput = builder.inputType('GrantRoleInput', {
  description: 'A role for an account, in place of the one that it had there.',
  fields: (t) => ({
    accountId: t.id({ required: true, description: 'Which account.' }),
    role: t.field({ type: Role, required: true, description: 'What it may do.' }),
    negotiationId: t.id({ description: 'In which talks; on the whole desk when left out.' }),
  }),
});

const RevokeRoleInput = builder.inputType('RevokeRoleInput', {
  description: 'A role to be taken from an account.',
  fields: (t) => ({
    accountId: t.id({ required: true, description: 'Which account.' }),
    negotiationId: t.id({ description: 'In which talks; on the whole desk when left out.' }),
  }),
});

builder.mutationFields((t) => ({
  openAccount: t.field({
    type: payload('OpenAccountPayload', 'What openAccount gives.'),
    description: 'Opens an account, which keys are issued to and roles are given. Needs the role ADMIN.',
    errors: { types: [InvalidInputError], union: result('openAccount') },
    args: { input: t.arg({ type: OpenAccountInput, required: true, description: 'Which account.' }) },
    resolve: async (_root, { input: { name } }, context) => {
      requireRole(context.viewer, 'ADMIN');
      return shown(context, await openAccount(context.ledger.prisma, name));
    },
  }),
  closeAccount: t.field({
    type: payload('CloseAccountPayload', 'What closeAccount gives.'),
    description: 'Closes an account: within a second none of its keys and tokens opens anything. Needs the role ADMIN.',
    errors: { types: [NotFoundError], union: result('closeAccount') },
    args: { input: t.arg({ type: CloseAccountInput, required: true, description: 'Which account.' }) },
    resolve: async (_root, { input: { accountId } }, context) => {
      requireRole(context.viewer, 'ADMIN');
      const { prisma } = context.ledger;
      return shown(context, await closeAccount(prisma, await theAccount(prisma, accountId)));
    },
  }),
  grantRole: t.field({
    type: payload('GrantRolePayload', 'What grantRole gives.'),
    description: 'Gives an account a role, on the whole desk or in one negotiation. Needs the role ADMIN there.',
    errors: { types: [NotFoundError], union: result('grantRole') },
    args: { input: t.arg({ type: GrantRoleInput, required: true, description: 'Which role, and to whom.' }) },
    resolve: async (_root, { input: { accountId, role, negotiationId } }, context) => {
      const place = await administered(context, negotiationId);
      const account = await theAccount(context.ledger.prisma, accountId);
      await grantRole(context.ledger.prisma, { accountId: account.id, role, negotiationId: place });
      return shown(context, account);
    },
  }),
  revokeRole: t.field({
    type: payload('RevokeRolePayload', 'What revokeRole gives.'),
    description:
      'Takes from an account the role that it has on the whole desk or in one negotiation, within a second. Needs the role ADMIN there.',
    errors: { types: [NotFoundError], union: result('revokeRole') },
    args: { input: t.arg({ type: RevokeRoleInput, required: true, description: 'Which role, and from whom.' }) },
    resolve: async (_root, { input: { accountId, negotiationId } }, context) => {
      const place = await administered(context, negotiationId);
      const account = await theAccount(context.ledger.prisma, accountId);
      const had = await revokeRole(context.ledger.prisma, { accountId: account.id, negotiationId: place });
      if (!had) throw new NotFoundError(['accountId'], accountId, 'role there of an account');
      return shown(context, account);
    },
  }),
}));

/**
 * The row id of a negotiation whose roles the caller gives; null for the whole desk.
 * @throws ForbiddenError
 * @throws NotFoundError for a negotiation that the caller cannot read, too
 */
async function administered(context: Context, given: string | null | undefined): Promise<string | null> {
  if (given === null || given === undefined) {
    requireRole(context.viewer, 'ADMIN');
    return null;
  }
  const id = readGlobalId(given)?.type === 'Negotiation' ? readId('Negotiation', given) : null;
  requireRole(context.viewer, 'ADMIN', id);
  const negotiation = id === null ? null : await (await context.now()).load(negotiationById, id);
  if (negotiation === null) throw new NotFoundError(['negotiationId'], given, 'negotiation');
  return negotiation.id;
}

async function shown(context: Context, account: AccountModel): Promise<At<AccountModel>> {
  return Object.assign(account, { snapshot: await context.now() });
}
