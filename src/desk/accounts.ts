import { v7 as uuidv7 } from 'uuid';
import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { Role } from '../database/generated/enums.ts';
import type { AccountModel, DeskKeyModel, RoleGrantModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { InvalidInputError, NotFoundError } from '../ledger/errors.ts';
import { type List, sql } from '../ledger/page.ts';
import type { Plan } from '../ledger/plan.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { nameProblems } from './rules.ts';

export function accountIdOf({ id }: Pick<AccountModel, 'id'>): string {
  return globalId('Account', id);
}

/** An account to be opened. @throws InvalidInputError for a name that is none */
export function newAccount(name: string): AccountModel {
  const problems = nameProblems(name);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { id: uuidv7(), name, issuer: null, subject: null, createdAt: new Date(), closedAt: null };
}

/**
 * An account that is not closed.
 * @throws NotFoundError
 */
export async function theAccount(prisma: PrismaClient, given: string): Promise<AccountModel> {
  const read = readGlobalId(given);
  const account = read?.type === 'Account' ? await prisma.account.findUnique({ where: { id: read.id } }) : null;
  if (account === null || account.closedAt !== null) throw new NotFoundError(['accountId'], given, 'account');
  return account;
}

/** Plans a role for an account, in place of the one that it had there; with null, on the whole desk. */
export async function planRole(
  prisma: PrismaClient,
  plan: Plan,
  { accountId, role, negotiationId }: { accountId: string; role: Role; negotiationId: string | null },
): Promise<void> {
  const known = await prisma.roleGrant.findFirst({ where: { accountId, negotiationId } });
  const grantedAt = new Date();
  if (known === null) plan.row('role_grant', { id: uuidv7(), accountId, negotiationId, role, grantedAt });
  else plan.change.push({ table: 'role_grant', id: known.id, set: { role, grantedAt } });
}

/** Plans that a role is taken away; false when there is none. */
export async function planNoRole(
  prisma: PrismaClient,
  plan: Plan,
  { accountId, negotiationId }: { accountId: string; negotiationId: string | null },
): Promise<boolean> {
  const known = await prisma.roleGrant.findFirst({ where: { accountId, negotiationId } });
  if (known !== null) plan.remove.push({ table: 'role_grant', key: 'id', id: known.id });
  return known !== null;
}

/** The accounts of the desk, the one opened last first. The desk's own has no past: a page is of what there is. */
export function accounts(): List<AccountModel> {
  return {
    name: 'accounts',
    table: 'account',
    columns: columns(Prisma.AccountScalarFieldEnum),
    parent: null,
    order: BY_CREATION,
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: null,
  };
}

/** The keys of an account, the one issued last first. */
export function keysOf(): List<DeskKeyModel> {
  return {
    ...accounts(),
    name: 'keys',
    table: 'desk_key',
    columns: columns(Prisma.DeskKeyScalarFieldEnum),
    parent: 'account_id',
  } as unknown as List<DeskKeyModel>;
}

const BY_CREATION = [
  ['createdAt', 'timestamptz'],
  ['id', 'uuid'],
] as const;

/** The roles of accounts, by their ids: the one for the whole desk first. */
export const grantsOf: Batch<string, RoleGrantModel[]> = {
  load: async ({ prisma }, ids) => {
    const grants = await prisma.roleGrant.findMany({
      where: { accountId: { in: [...ids] } },
      orderBy: [{ negotiationId: { sort: 'asc', nulls: 'first' } }],
    });
    return ids.map((id) => grants.filter(({ accountId }) => accountId === id));
  },
};

/** The names of accounts, by their ids. */
export const accountNames: Batch<string, string> = {
  load: async ({ prisma }, ids) => {
    const found = await prisma.account.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } });
    const names = new Map(found.map(({ id, name }) => [id, name]));
    return ids.map((id) => names.get(id) ?? new Error('what somebody wrote has no account'));
  },
};
