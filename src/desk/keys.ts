import { randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../database/connect.ts';
import type { AccountModel, DeskKeyModel, RoleGrantModel } from '../database/generated/models.ts';
import { append } from '../ledger/append.ts';
import { InvalidInputError, NotFoundError } from '../ledger/errors.ts';
import { Plan } from '../ledger/plan.ts';
import { idOfNamed } from '../negotiation/store.ts';
import { newAccount } from './accounts.ts';
import { BadKeyError, lowerRole, READER, type Viewer } from './policy.ts';
import {
  formKey,
  type GivenKey,
  hashOfKey,
  isPrefix,
  isStanding,
  type KeyRequest,
  keyProblems,
  readKey,
  readToken,
} from './rules.ts';
import type { Tokens } from './tokens.ts';

/** How long a key that was found good is not looked up again: a revocation, or another role, bites within this. */
const TRUSTED_MS = 300;
/** Of how many that is remembered. */
const TRUSTED_MOST = 10_000;
const DAY_MS = 86_400_000;
const NOT_A_KEY = 'This is no desk key; send “Authorization: Bearer parley_…”, or nothing.';
export const LISTED_MOST = 1_000;

/** A key, whose it is, and what they may do. */
export type HeldKey = DeskKeyModel & {
  readonly account: AccountModel & { readonly grants: readonly RoleGrantModel[] };
};

const WITH_ACCOUNT = { account: { include: { grants: true } } } as const;

export interface IssuedKey {
  /** The whole key. It is kept nowhere: this is the one time to see it. */
  readonly key: string;
  readonly row: HeldKey;
}

/** A key that is planned, for whoever then writes the plan. */
export interface PlannedKey {
  readonly plan: Plan;
  readonly id: string;
  readonly prefix: string;
  /** The whole key. */
  readonly key: string;
}

/**
 * Plans a key and, without an account that it is for, one of its own.
 * @throws InvalidInputError for an empty name, or an expiry that is past
 * @throws NotFoundError for a negotiation that is not there
 */
export async function planKey(prisma: PrismaClient, request: KeyRequest): Promise<PlannedKey> {
  const now = new Date();
  const problems = keyProblems(request, now);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const prefix = randomBytes(6);
  const key = formKey(prefix, randomBytes(32));
  const { name, role, expiresAt, accountId: given, negotiation } = request;
  const negotiationId = negotiation === undefined ? null : await idOfNamed(prisma, negotiation);
  if (negotiation !== undefined && negotiationId === null)
    throw new NotFoundError(['negotiation'], negotiation, 'negotiation');
  const plan = new Plan();
  const accountId = given ?? uuidv7();
  if (given === undefined) {
    plan.row('account', { ...newAccount(name), id: accountId });
    plan.row('role_grant', { id: uuidv7(), accountId, negotiationId, role, grantedAt: now });
  }
  const row = { id: uuidv7(), accountId, name, role, expiresAt, prefix: prefix.toString('hex'), createdAt: now };
  plan.row('desk_key', { ...row, hash: hashOfKey(key) });
  return { plan, id: row.id, prefix: row.prefix, key };
}

export async function issuedKey(prisma: PrismaClient, { id, key }: PlannedKey): Promise<IssuedKey> {
  return { key, row: await prisma.deskKey.findUniqueOrThrow({ where: { id }, include: WITH_ACCOUNT }) };
}

/** Issues a key where the server runs. @throws as `planKey` */
export async function issueKey(prisma: PrismaClient, request: KeyRequest): Promise<IssuedKey> {
  const planned = await planKey(prisma, request);
  await write(prisma, planned.plan, 'issueKey', planned.id);
  return issuedKey(prisma, planned);
}

/** The keys, the one issued last first; no more than LISTED_MOST. */
export async function listKeys(prisma: PrismaClient): Promise<DeskKeyModel[]> {
  return prisma.deskKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: LISTED_MOST });
}

/**
 * Plans the end of a key. One that was revoked before keeps the instant of that.
 * @throws NotFoundError
 */
export async function planRevocation(prisma: PrismaClient, prefix: string): Promise<{ plan: Plan; row: DeskKeyModel }> {
  const found = isPrefix(prefix) ? await prisma.deskKey.findUnique({ where: { prefix } }) : null;
  if (found === null) throw new NotFoundError(['prefix'], prefix, 'key');
  const plan = new Plan();
  if (found.revokedAt !== null) return { plan, row: found };
  const revokedAt = new Date();
  plan.change.push({ table: 'desk_key', id: found.id, set: { revokedAt } });
  return { plan, row: { ...found, revokedAt } };
}

/** Ends a key where the server runs. @throws NotFoundError */
export async function revokeKey(prisma: PrismaClient, prefix: string): Promise<DeskKeyModel> {
  const { plan, row } = await planRevocation(prisma, prefix);
  if (!plan.isEmpty) await write(prisma, plan, 'revokeKey', row.id);
  return row;
}

/** Writes what no account does, as the command line does it. */
async function write(prisma: PrismaClient, plan: Plan, operation: string, id: string): Promise<void> {
  const about = { negotiationId: null, subjectType: 'DeskKey', subjectId: id };
  plan.audit = { accountId: null, keyId: null, operation, ...about };
  await append(prisma, plan);
}

/** Those who came with keys as they are now; null for one whose key opens nothing any more. */
export async function standingKeys(prisma: PrismaClient, viewers: readonly Viewer[]): Promise<(Viewer | null)[]> {
  const ids = new Set(viewers.flatMap(({ keyId }) => keyId ?? []));
  const rows = await prisma.deskKey.findMany({ where: { id: { in: [...ids] } }, include: WITH_ACCOUNT });
  const now = new Date();
  const standing = new Map(rows.filter((row) => opens(row, now)).map((row) => [row.id, viewerOf(row)]));
  return viewers.map(({ keyId }) => standing.get(keyId ?? '') ?? null);
}

function opens(key: HeldKey, now: Date): boolean {
  return isStanding(key, now) && key.account.closedAt === null;
}

/** Who comes with a key: its account, held to the key's own role. */
function viewerOf({ id, role, expiresAt, account }: HeldKey): Viewer {
  const roleFor = (negotiationId: string | null) =>
    account.grants.find((grant) => grant.negotiationId === negotiationId)?.role ?? 'READER';
  return {
    accountId: account.id,
    keyId: id,
    name: account.name,
    role: lowerRole(role, roleFor(null)),
    grants: new Map(
      account.grants.flatMap(({ negotiationId, role: given }) =>
        negotiationId === null ? [] : [[negotiationId, lowerRole(role, given)] as const],
      ),
    ),
    until: expiresAt,
  };
}

/** Who asks: from an Authorization header or a bare key; null is a reader. @throws BadKeyError */
export type Authenticate = (given: string | null) => Promise<Viewer>;

export interface Authenticator extends Authenticate {
  /** Looks every key up again: whoever has just restricted something was given a role in it. */
  forget(): void;
}

/** What was found, and when it was asked for. */
interface LookedUp {
  /** Null of what was refused. */
  readonly viewer: Viewer | null;
  /** Of a key; null for a token. */
  readonly row: HeldKey | null;
  readonly at: number;
}

/**
 * Tells who holds a key or a token. One that was good a moment ago is not looked up again.
 * @param logger told when it could not be noted that a key was used, which holds nobody up
 * @param tokens left out where none are taken
 */
export function createAuthenticator(
  prisma: PrismaClient,
  logger?: Pick<Logger, 'warn'>,
  tokens: Pick<Tokens, 'read'> | null = null,
): Authenticator {
  const lookedUp = new LRUCache<string, LookedUp>({ max: TRUSTED_MOST });
  const notedAt = new Map<string, number>();
  let forgottenAt = Number.NEGATIVE_INFINITY;

  return Object.assign(authenticate, { forget });

  async function authenticate(given: string | null): Promise<Viewer> {
    if (given === null) return READER;
    const key = readKey(given);
    const token = key === null && tokens !== null ? readToken(given) : null;
    if (key === null && token === null) throw new BadKeyError(NOT_A_KEY);
    const name = (key?.hash ?? hashOfKey(token ?? '')).toString('base64');
    const asked = Date.now();
    const known = lookedUp.get(name);
    if (known?.viewer && Math.abs(asked - known.at) < TRUSTED_MS && stands(known.viewer, asked))
      return used(known.viewer, known.row);
    try {
      const { viewer, row } =
        key !== null ? await holderOf(key) : { viewer: await tokenHolder(token ?? ''), row: null };
      keep(name, { viewer, row, at: asked });
      return used(viewer, row);
    } catch (error) {
      keep(name, { viewer: null, row: null, at: asked });
      throw error;
    }
  }

  /** Of look-ups that overlap, the one that began last counts, as does that all are to be looked up again. */
  function keep(name: string, found: LookedUp): void {
    const before = lookedUp.get(name);
    const isLate = before !== undefined && before.at >= found.at && before.at - found.at < TRUSTED_MS;
    if (found.viewer === null || (!isLate && found.at > forgottenAt)) lookedUp.set(name, found);
  }

  function forget(): void {
    forgottenAt = Date.now();
    lookedUp.clear();
  }

  function used(viewer: Viewer, row: HeldKey | null): Viewer {
    if (row !== null) note(row);
    return viewer;
  }

  function tokenHolder(token: string): Promise<Viewer> {
    if (tokens === null) throw new BadKeyError(NOT_A_KEY);
    return tokens.read(token);
  }

  function stands({ until }: Viewer, now: number): boolean {
    return until === null || now < until.getTime();
  }

  async function holderOf(key: GivenKey): Promise<{ viewer: Viewer; row: HeldKey }> {
    const row = await prisma.deskKey.findUnique({ where: { prefix: key.prefix }, include: WITH_ACCOUNT });
    // One sentence for a key that never was, one that expired and one that was revoked.
    if (row === null || !timingSafeEqual(row.hash, key.hash) || !opens(row, new Date())) {
      throw new BadKeyError('This key is not, or no longer, valid here.');
    }
    return { viewer: viewerOf(row), row };
  }

  function note({ id, lastUsedAt }: DeskKeyModel): void {
    // The day and no closer: it would tell whoever may not read some talks when somebody works on them.
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    if (Math.max(lastUsedAt?.getTime() ?? 0, notedAt.get(id) ?? 0) >= today) return;
    notedAt.set(id, today);
    prisma.deskKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(today) } }).catch((error: unknown) => {
      logger?.warn({ err: error }, 'it could not be noted that a key was used');
    });
  }
}
