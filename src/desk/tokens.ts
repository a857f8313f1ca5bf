import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { PrismaClient } from '../database/connect.ts';
import type { Role } from '../database/generated/enums.ts';
import type { AccountModel, RoleGrantModel } from '../database/generated/models.ts';
import { append } from '../ledger/append.ts';
import { AlreadyRecordedError } from '../ledger/errors.ts';
import { Plan } from '../ledger/plan.ts';
import { idOfNamed } from '../negotiation/store.ts';
import { BadKeyError, higherRole, type Viewer } from './policy.ts';
import { type ClaimedRole, nameProblems, readClaimedRoles } from './rules.ts';

/** Whose bearer tokens (OpenID Connect) are taken. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's keys are; null to look it up at the issuer. */
  readonly keysUrl: string | null;
  readonly algorithms: readonly string[];
  /** The claim that says which roles. */
  readonly roleClaim: string;
}

/** How far the issuer's clock may be ahead of or behind ours. */
const CLOCK_SECONDS = 5;
const ANSWER_MS = 5_000;

/** Tells who holds a token, and whether that still holds. */
export class Tokens {
  readonly #prisma: PrismaClient;
  readonly #settings: TokenSettings;
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  /** What the token said whose holder a viewer is: the account's own roles may change meanwhile. */
  readonly #claimed = new WeakMap<Viewer, readonly PlacedRole[]>();

  constructor(prisma: PrismaClient, settings: TokenSettings) {
    this.#prisma = prisma;
    this.#settings = settings;
  }

  /** @throws BadKeyError for a token that is none, not ours, expired, or says something that there is not */
  async read(token: string): Promise<Viewer> {
    const claims = await this.#verified(token);
    const { success, data } = Claims.safeParse(claims);
    const claimed = await this.#placed(readClaimedRoles(claims[this.#settings.roleClaim]));
    if (!success || claimed === null) throw refusal();
    const account = await this.#accountOf(data.sub, nameIn(claims) ?? data.sub);
    if (account.closedAt !== null) throw refusal();
    const viewer = viewerOf(account, claimed, new Date(data.exp * 1_000));
    this.#claimed.set(viewer, claimed);
    return viewer;
  }

  /** Those who hold tokens as they are now: with their accounts' roles of now; null for what has ended. */
  async standing(viewers: readonly Viewer[]): Promise<(Viewer | null)[]> {
    const ids = [...new Set(viewers.flatMap(({ accountId }) => accountId ?? []))];
    const accounts = await this.#prisma.account.findMany({ where: { id: { in: ids } }, include: { grants: true } });
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const now = Date.now();
    return viewers.map((viewer) => {
      const account = byId.get(viewer.accountId ?? '');
      if (account === undefined || account.closedAt !== null) return null;
      if (viewer.until === null || viewer.until.getTime() <= now) return null;
      return viewerOf(account, this.#claimed.get(viewer) ?? [], viewer.until);
    });
  }

  async #verified(token: string): Promise<JWTPayload> {
    const { issuer, audience, algorithms } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, await this.#keySet(), {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_SECONDS,
      });
      return payload;
    } catch (error) {
      // That the issuer does not answer is nobody's fault who asks; all else is said in one sentence.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && !isOfKeys(error)) {
        throw refusal();
      }
      throw error;
    }
  }

  #keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.#keys ??= keysUrl(this.#settings).then((url) => createRemoteJWKSet(url, { timeoutDuration: ANSWER_MS }));
    // Whoever waits is told; the next one asks again.
    this.#keys.catch(() => {
      this.#keys = undefined;
    });
    return this.#keys;
  }

  /** The roles of a token, each with the row id of its negotiation; null when one is none, or of talks that there are not. */
  async #placed(roles: readonly ClaimedRole[] | null): Promise<PlacedRole[] | null> {
    const placed: PlacedRole[] = [];
    for (const { role, negotiation } of roles ?? []) {
      const negotiationId = negotiation === null ? null : await idOfNamed(this.#prisma, negotiation);
      if (negotiation !== null && negotiationId === null) return null;
      placed.push({ role, negotiationId });
    }
    return roles === null ? null : placed;
  }

  /** The account of whoever the issuer names, opened when they first come. */
  async #accountOf(subject: string, name: string): Promise<Holder> {
    const { issuer } = this.#settings;
    const where = { issuer_subject: { issuer, subject } };
    const known = await this.#prisma.account.findUnique({ where, include: { grants: true } });
    if (known !== null) return known;
    const id = uuidv7();
    const plan = new Plan();
    plan.row('account', { id, name, issuer, subject, createdAt: new Date(), closedAt: null });
    const about = { negotiationId: null, subjectType: 'Account', subjectId: id };
    plan.audit = { accountId: id, keyId: null, operation: 'openAccount', ...about };
    await append(this.#prisma, plan).catch((error: unknown) => {
      // Of several at the same moment one opens it.
      if (!(error instanceof AlreadyRecordedError)) throw error;
    });
    return this.#prisma.account.findUniqueOrThrow({ where, include: { grants: true } });
  }
}

type Holder = AccountModel & { readonly grants: readonly RoleGrantModel[] };

interface PlacedRole {
  readonly role: Role;
  readonly negotiationId: string | null;
}

const Claims = z.object({
  sub: z
    .string()
    .min(1)
    .max(255)
    .refine((sub) => !sub.includes('\u0000')),
  exp: z.number(),
});

/** What an account may do by its own roles and by those that its token says, whichever are higher. */
function viewerOf(account: Holder, claimed: readonly PlacedRole[], until: Date): Viewer {
  let desk: Role = 'READER';
  const grants = new Map<string, Role>();
  for (const { role, negotiationId } of [...account.grants, ...claimed]) {
    if (negotiationId === null) desk = higherRole(desk, role);
    else grants.set(negotiationId, higherRole(role, grants.get(negotiationId) ?? 'READER'));
  }
  return { accountId: account.id, keyId: null, name: account.name, role: desk, grants, until };
}

/** What somebody is called by, where the token says it in a way that can be kept. */
function nameIn({ name, preferred_username, email }: JWTPayload): string | undefined {
  return [name, preferred_username, email]
    .filter((given) => typeof given === 'string')
    .find((given) => nameProblems(given).length === 0);
}

function refusal(): BadKeyError {
  return new BadKeyError('This token is not, or no longer, valid here.');
}

/** Whether it is about the issuer's keys as it serves them, rather than about a token. */
function isOfKeys(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC';
}

const Discovered = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Where an issuer says that its keys are (OpenID Connect Discovery 1.0, 4). */
async function keysUrl({ issuer, keysUrl: given }: TokenSettings): Promise<URL> {
  if (given !== null) return new URL(given);
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { issuer: named, jwks_uri } = Discovered.parse(await response.json());
  if (named !== issuer) throw new Error(`the issuer ${issuer} calls itself ${named}`);
  return new URL(jwks_uri);
}
