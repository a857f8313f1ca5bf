import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../database/connect.ts';
import type { DeskKeyModel } from '../database/generated/models.ts';
import { InvalidInputError, NotFoundError } from '../ledger/errors.ts';
import { BadKeyError, READER, type Viewer } from './policy.ts';
import {
  formKey,
  type GivenKey,
  hashOf,
  isPrefix,
  isStanding,
  type KeyRequest,
  keyProblems,
  readKey,
} from './rules.ts';

/** How long a key that was found good is not looked up again: a revocation bites within this. */
const TRUSTED_MS = 1_000;
/** How often at most it is noted that a key was used. */
const NOTED_MS = 60_000;
export const LISTED_MOST = 1_000;

export interface IssuedKey {
  /** The whole key. It is kept nowhere: this is the one time to see it. */
  readonly key: string;
  readonly row: DeskKeyModel;
}

/** @throws InvalidInputError for an empty name, or an expiry that is past */
export async function issueKey(prisma: PrismaClient, request: KeyRequest): Promise<IssuedKey> {
  const problems = keyProblems(request, new Date());
  if (problems.length > 0) throw new InvalidInputError(problems);
  const prefix = randomBytes(6);
  const key = formKey(prefix, randomBytes(32));
  const { name, role, expiresAt } = request;
  const row = await prisma.deskKey.create({
    data: { id: uuidv7(), name, role, expiresAt, prefix: prefix.toString('hex'), hash: new Uint8Array(hashOf(key)) },
  });
  return { key, row };
}

/** The keys, the one issued last first; no more than LISTED_MOST. */
export async function listKeys(prisma: PrismaClient): Promise<DeskKeyModel[]> {
  return prisma.deskKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: LISTED_MOST });
}

/**
 * Ends a key. One that was revoked before keeps the instant of that.
 * @throws NotFoundError
 */
export async function revokeKey(prisma: PrismaClient, prefix: string): Promise<DeskKeyModel> {
  if (isPrefix(prefix)) {
    await prisma.deskKey.updateMany({ where: { prefix, revokedAt: null }, data: { revokedAt: new Date() } });
    const row = await prisma.deskKey.findUnique({ where: { prefix } });
    if (row !== null) return row;
  }
  throw new NotFoundError(['prefix'], prefix, 'key');
}

/** Which of these keys open something now. */
export async function standingKeys(prisma: PrismaClient, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await prisma.deskKey.findMany({ where: { id: { in: [...ids] } } });
  const now = new Date();
  return new Set(rows.filter((row) => isStanding(row, now)).map(({ id }) => id));
}

/** Who asks: from an Authorization header or a bare key; null is a reader. @throws BadKeyError */
export type Authenticate = (given: string | null) => Promise<Viewer>;

/**
 * Tells who holds a key. A key that was good within the last second is not looked up again.
 * @param logger told when it could not be noted that a key was used, which holds nobody up
 */
export function createAuthenticator(prisma: PrismaClient, logger?: Pick<Logger, 'warn'>): Authenticate {
  const trusted = new Map<string, { row: DeskKeyModel; at: number }>();
  const notedAt = new Map<string, number>();

  return async (given) => {
    if (given === null) return READER;
    const key = readKey(given);
    if (key === null) throw new BadKeyError('This is no desk key; send “Authorization: Bearer parley_…”, or nothing.');
    const row = await find(key);
    note(row);
    return { keyId: row.id, name: row.name, role: row.role };
  };

  async function find(key: GivenKey): Promise<DeskKeyModel> {
    const asked = Date.now();
    const name = key.hash.toString('base64');
    const known = trusted.get(name);
    if (known !== undefined && Math.abs(asked - known.at) < TRUSTED_MS && isStanding(known.row, new Date(asked)))
      return known.row;
    trusted.delete(name);
    const row = await prisma.deskKey.findUnique({ where: { prefix: key.prefix } });
    // One sentence for a key that never was, one that expired and one that was revoked.
    if (row === null || !timingSafeEqual(row.hash, key.hash) || !isStanding(row, new Date())) {
      throw new BadKeyError('This key is not, or no longer, valid here.');
    }
    // From before the look-up on, so that the second counts from when the row was true.
    trusted.set(name, { row, at: asked });
    return row;
  }

  function note({ id, lastUsedAt }: DeskKeyModel): void {
    const now = Date.now();
    if (now - Math.max(lastUsedAt?.getTime() ?? 0, notedAt.get(id) ?? 0) < NOTED_MS) return;
    notedAt.set(id, now);
    prisma.deskKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(now) } }).catch((error: unknown) => {
      logger?.warn({ err: error }, 'it could not be noted that a key was used');
    });
  }
}
