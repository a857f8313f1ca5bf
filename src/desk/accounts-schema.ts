import type { InputRef } from '@pothos/core';
import type { Prisma } from '../database/connect.ts';
import type { AccountModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { readId } from '../graphql/ids.ts';
import { bounds } from '../graphql/input.ts';
import { type InputOf, mutation } from '../graphql/mutation.ts';
import { NotFoundError } from '../ledger/errors.ts';
import { readPage } from '../ledger/page.ts';
import { Plan } from '../ledger/plan.ts';
import type { At } from '../ledger/snapshot.ts';
import { readGlobalId } from '../ledger/subjects.ts';
import { negotiationById } from '../negotiation/store.ts';
import { accountIdOf, accounts, grantsOf, keysOf, newAccount, planNoRole, planRole, theAccount } from './accounts.ts';
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
      requireRole(context, 'ADMIN');
      return connection(await readPage(await context.now(), accounts(), null, args));
    },
  }),
);

/** Adds a mutation of accounts. They are none of the record: no entry of the ledger tells of them. */
function accountMutation<Ref extends InputRef<unknown>>(
  name: string,
  options: {
    readonly description: string;
    readonly input: Ref;
    readonly decide: (
      input: InputOf<Ref>,
      plan: Plan,
      context: Context,
    ) => Promise<{ account: AccountModel; negotiationId: string | null }>;
  },
): void {
  const payload = builder
    .objectRef<At<AccountModel>>(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`)
    .implement({
      description: `What ${name} gives.`,
      fields: (t) => ({
        account: t.field({ type: Account, description: 'The account as it is now.', resolve: (account) => account }),
      }),
    });
  const { description, input } = options;
  mutation<Ref, At<AccountModel>>(name, {
    description,
    input,
    inputDescription: 'What is to be done.',
    role: 'ADMIN',
    payload,
    act: (given, context) => ({
      decide: async () => {
        const plan = new Plan();
        const { account, negotiationId } = await options.decide(given, plan, context);
        const subject = { type: 'Account', id: account.id };
        return {
          plan,
          subject,
          about: { ...subject, negotiationId },
          answer: account as unknown as Prisma.InputJsonObject,
          payload: () => shown(context, account),
        };
      },
      again: ({ answer }) => {
        const account = answer as unknown as { createdAt: string; closedAt: string | null } & AccountModel;
        const closedAt = account.closedAt === null ? null : new Date(account.closedAt);
        return shown(context, { ...account, createdAt: new Date(account.createdAt), closedAt });
      },
    }),
  });
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

accountMutation('openAccount', {
  description: 'Opens an account, which keys are issued to and roles are given. Needs the role ADMIN.',
  input: OpenAccountInput,
  decide: async ({ name }, plan) => {
    const account = newAccount(name);
    plan.row('account', { ...account });
    return { account, negotiationId: null };
  },
});

accountMutation('closeAccount', {
  description: 'Closes an account: within a second none of its keys and tokens opens anything. Needs the role ADMIN.',
  input: CloseAccountInput,
  decide: async ({ accountId }, plan, { ledger }) => {
    const account = await theAccount(ledger.prisma, accountId);
    const closedAt = new Date();
    plan.change.push({ table: 'account', id: account.id, set: { closedAt } });
    return { account: { ...account, closedAt }, negotiationId: null };
  },
});

accountMutation('grantRole', {
  description:
    'Gives an account a role, on the whole desk or in one negotiation. Needs the role ADMIN there. Every key of the account opens that too, whoever issued it and still holds it: before a role in RESTRICTED talks, look at `account.keys` and revoke those that are not held by the account’s own holder alone.',
  input: GrantRoleInput,
  decide: async ({ accountId, role, negotiationId: given }, plan, context) => {
    const negotiationId = await administered(context, given);
    const account = await theAccount(context.ledger.prisma, accountId);
    await planRole(context.ledger.prisma, plan, { accountId: account.id, role, negotiationId });
    return { account, negotiationId };
  },
});

accountMutation('revokeRole', {
  description:
    'Takes from an account the role that it has on the whole desk or in one negotiation, within a second. Needs the role ADMIN there.',
  input: RevokeRoleInput,
  decide: async ({ accountId, negotiationId: given }, plan, context) => {
    const negotiationId = await administered(context, given);
    const account = await theAccount(context.ledger.prisma, accountId);
    const had = await planNoRole(context.ledger.prisma, plan, { accountId: account.id, negotiationId });
    if (!had) throw new NotFoundError(['accountId'], accountId, 'role there of an account');
    return { account, negotiationId };
  },
});

/**
 * The row id of a negotiation whose roles the caller gives; null for the whole desk.
 * @throws ForbiddenError
 * @throws NotFoundError for a negotiation that the caller cannot read, too
 */
async function administered(context: Context, given: string | null | undefined): Promise<string | null> {
  if (given === null || given === undefined) {
    requireRole(context, 'ADMIN');
    return null;
  }
  const id = readGlobalId(given)?.type === 'Negotiation' ? readId('Negotiation', given) : null;
  const negotiation = id === null ? null : await (await context.now()).load(negotiationById, id);
  requireRole(context, 'ADMIN', negotiation?.id ?? null);
  if (negotiation === null) throw new NotFoundError(['negotiationId'], given, 'negotiation');
  return negotiation.id;
}

async function shown(context: Context, account: AccountModel): Promise<At<AccountModel>> {
  return Object.assign(account, { snapshot: await context.now() });
}
