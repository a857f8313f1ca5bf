import { v7 as uuidv7 } from 'uuid';
import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { Role } from '../database/generated/enums.ts';
import type { AccountModel, DeskKeyModel, RoleGrantModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { InvalidInputError, NotFoundError } from '../ledger/errors.ts';
import { type List, sql } from '../ledger/page.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { nameProblems } from './rules.ts';

export function accountIdOf({ id }: Pick<AccountModel, 'id'>): string {
  return globalId('Account', id);
}

/** @throws InvalidInputError for a name that is none */
export async function openAccount(prisma: PrismaClient, name: string): Promise<AccountModel> {
  const problems = nameProblems(name);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return prisma.account.create({ data: { id: uuidv7(), name } });
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

/** Ends an account: from now on none of its keys and tokens opens anything. */
export async function closeAccount(prisma: PrismaClient, { id }: AccountModel): Promise<AccountModel> {
  return prisma.account.update({ where: { id }, data: { closedAt: new Date() } });
}

/** Gives an account a role, in place of the one that it had there; with null, on the whole desk. */
export async function grantRole(
  prisma: PrismaClient,
  { accountId, role, negotiationId }: { accountId: string; role: Role; negotiationId: string | null },
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO role_grant (id, account_id, negotiation_id, role)
    VALUES (${uuidv7()}::uuid, ${accountId}::uuid, ${negotiationId}::uuid, ${role}::"Role")
    ON CONFLICT (account_id, negotiation_id) DO UPDATE SET role = excluded.role, granted_at = now()`;
}

/** Takes a role away; false when there was none. */
export async function revokeRole(
  prisma: PrismaClient,
  { accountId, negotiationId }: { accountId: string; negotiationId: string | null },
): Promise<boolean> {
  const { count } = await prisma.roleGrant.deleteMany({ where: { accountId, negotiationId } });
  return count > 0;
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
