import type { Role } from '../../../src/database/generated/enums.ts';
import { issueKey } from '../../../src/desk/keys.ts';
import type { World } from '../world.ts';

/** Somebody who asks, with a key or without. */
export interface Asker {
  readonly name: string;
  readonly key: string | undefined;
}

/** One of every role on the whole desk, one without a key, and some who were let into the restricted talks `closed`. */
export async function askersOf(world: World): Promise<Asker[]> {
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
  ];
}
