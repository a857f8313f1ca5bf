import type { PrismaClient } from '../database/connect.ts';
import { standingKeys } from './keys.ts';
import type { Viewer } from './policy.ts';
import type { Tokens } from './tokens.ts';

/** Viewers as they are now, each in its place; null for one whose key or token opens nothing any more. */
export async function standing(
  prisma: PrismaClient,
  tokens: Tokens | null,
  viewers: readonly Viewer[],
): Promise<(Viewer | null)[]> {
  const withKeys = viewers.filter(({ keyId }) => keyId !== null);
  const withTokens = viewers.filter(({ keyId }) => keyId === null);
  const [keys, others] = await Promise.all([
    withKeys.length === 0 ? [] : standingKeys(prisma, withKeys),
    withTokens.length === 0 || tokens === null ? [] : tokens.standing(withTokens),
  ]);
  const [ofKeys, ofTokens] = [keys.values(), others.values()];
  return viewers.map(({ keyId }) => (keyId === null ? ofTokens : ofKeys).next().value ?? null);
}
