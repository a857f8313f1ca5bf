import type { Role } from '../../../src/database/generated/enums.ts';
import { issueKey } from '../../../src/desk/keys.ts';
import { globalId } from '../../../src/ledger/subjects.ts';
import type { Issuer } from '../issuer.ts';
import type { World } from '../world.ts';

/** Somebody who asks, with a key, a token, or nothing. */
export interface Asker {
  readonly name: string;
  /** What they show. */
  readonly key: string | undefined;
  /** What their token says of them, in negotiations by their row ids; null for the whole desk. */
  readonly claims?: readonly { readonly role: Role; readonly negotiationId: string | null }[];
}

/**
 * One of every role on the whole desk, one without a key, some who were let into the restricted talks `closed`, by a key,
 * by a token, and beside a role on the whole desk, and some who were let into others.
 */
export async function askersOf(world: World, issuer: Issuer): Promise<Asker[]> {
  const issue = async (name: string, role: Role, negotiationId?: string): Promise<Asker> => {
    const negotiation = negotiationId && globalId('Negotiation', negotiationId);
    const { key } = await issueKey(world.database.prisma, { name, role, expiresAt: null, negotiation });
    return { name, key };
  };
  const closed = await idOf(world, 'closed');
  const elsewhere = await idOf(world, 'elsewhere');
  return [
    { name: 'nobody', key: undefined },
    ...(await Promise.all(
      (['READER', 'REPORTER', 'EDITOR', 'ADMIN'] as const).map((role) => issue(`${role} of the desk`, role)),
    )),
    await issue('READER let in', 'READER', closed),
    await issue('EDITOR let in', 'EDITOR', closed),
    await issue('EDITOR let in elsewhere', 'EDITOR', elsewhere),
    await administratorLetIn(world, 'ADMIN let in', 'ADMIN', closed),
    await administratorLetIn(world, 'ADMIN let in to read', 'READER', closed),
    {
      name: 'REPORTER let in by a token',
      key: await issuer.token({ sub: 'let in', parley_roles: [`REPORTER:${globalId('Negotiation', closed)}`] }),
      claims: [{ role: 'REPORTER', negotiationId: closed }],
    },
    {
      name: 'EDITOR by a token',
      key: await issuer.token({
        sub: 'editor',
        parley_roles: ['EDITOR', `EDITOR:${globalId('Negotiation', elsewhere)}`],
      }),
      claims: [
        { role: 'EDITOR', negotiationId: null },
        { role: 'EDITOR', negotiationId: elsewhere },
      ],
    },
  ];
}

/** The row id of restricted talks: no public ones have their slug. */
async function idOf({ database: { prisma } }: World, slug: string): Promise<string> {
  return (await prisma.negotiationSlug.findFirstOrThrow({ where: { slug } })).negotiationId;
}

async function administratorLetIn(
  { database: { prisma } }: World,
  name: string,
  role: Role,
  negotiationId: string,
): Promise<Asker> {
  const { key, row } = await issueKey(prisma, { name, role: 'ADMIN', expiresAt: null });
  const grant = { accountId: row.accountId, negotiationId, role };
  await prisma.roleGrant.create({ data: { id: crypto.randomUUID(), grantedAt: new Date(), ...grant } });
  return { name, key };
}
