import type { Role } from '../../../src/database/generated/enums.ts';
import { issueKey } from '../../../src/desk/keys.ts';
import type { Issuer } from '../issuer.ts';
import type { World } from '../world.ts';

/** Somebody who asks, with a key, a token, or nothing. */
export interface Asker {
  readonly name: string;
  /** What they show. */
  readonly key: string | undefined;
  /** What their token says of them: the slugs of negotiations, or null for the whole desk. */
  readonly claims?: readonly { readonly role: Role; readonly slug: string | null }[];
}

/**
 * One of every role on the whole desk, one without a key, some who were let into the restricted talks `closed`, by a key,
 * by a token, and beside a role on the whole desk, and some who were let into others.
 */
export async function askersOf(world: World, issuer: Issuer): Promise<Asker[]> {
  const issue = async (name: string, role: Role, negotiation?: string): Promise<Asker> => {
    const { key } = await issueKey(world.database.prisma, { name, role, expiresAt: null, negotiation });
    return { name, key };
  };
  return [
    { name: 'nobody', key: undefined },
    ...(await Promise.all(
      (['READER', 'REPORTER', 'EDITOR', 'ADMIN'] as const).map((role) => issue(`${role} of the desk`, role)),
    )),
    await issue('READER let in', 'READER', 'closed'),
    await issue('EDITOR let in', 'EDITOR', 'closed'),
    await issue('EDITOR let in elsewhere', 'EDITOR', 'elsewhere'),
    await administratorLetIn(world),
    {
      name: 'REPORTER let in by a token',
      key: await issuer.token({ sub: 'let in', parley_roles: ['REPORTER:closed'] }),
      claims: [{ role: 'REPORTER', slug: 'closed' }],
    },
    {
      name: 'EDITOR by a token',
      key: await issuer.token({ sub: 'editor', parley_roles: ['EDITOR', 'EDITOR:elsewhere'] }),
      claims: [
        { role: 'EDITOR', slug: null },
        { role: 'EDITOR', slug: 'elsewhere' },
      ],
    },
  ];
}

async function administratorLetIn({ database: { prisma } }: World): Promise<Asker> {
  const name = 'ADMIN let in';
  const { key, row } = await issueKey(prisma, { name, role: 'ADMIN', expiresAt: null });
  const { negotiationId } = await prisma.negotiationSlug.findFirstOrThrow({ where: { slug: 'closed' } });
  const grant = { accountId: row.accountId, negotiationId, role: 'ADMIN' as const };
  await prisma.roleGrant.create({ data: { id: crypto.randomUUID(), grantedAt: new Date(), ...grant } });
  return { name, key };
}
