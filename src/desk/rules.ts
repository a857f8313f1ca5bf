import { createHash } from 'node:crypto';
import type { DeskKeyModel } from '../database/generated/models.ts';
import type { Problem } from '../ledger/errors.ts';

const PREFIX = /^[0-9a-f]{12}$/;
const KEY = /^parley_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;
const NAME_MOST = 200;

/** A key as its holder has it. Only its prefix and its hash are kept. */
export interface GivenKey {
  readonly prefix: string;
  readonly hash: Buffer;
}

/** What a key is to be. */
export interface KeyRequest {
  readonly name: string;
  /** The most that it is good for. */
  readonly role: DeskKeyModel['role'];
  /** Whose it is, by row id; left out for an account of its own, of the same name and role. */
  readonly accountId?: string;
  /** With an account of its own: the negotiation in which it has that role, rather than on the whole desk: a public slug, or a global id. */
  readonly negotiation?: string | undefined;
  /** Null for a key that does not expire. */
  readonly expiresAt: Date | null;
}

/**
 * The key of a prefix and a secret.
 * @param prefix 6 random bytes; public, for finding the key and for naming it
 * @param secret 32 random bytes
 */
export function formKey(prefix: Uint8Array, secret: Uint8Array): string {
  return `parley_${Buffer.from(prefix).toString('hex')}_${Buffer.from(secret).toString('base64url')}`;
}

/** The key in an Authorization header, or given bare; null when there is none in it. */
export function readKey(given: string): GivenKey | null {
  const key = given.replace(/^bearer +/i, '').trim();
  const prefix = KEY.exec(key)?.[1];
  return prefix === undefined ? null : { prefix, hash: hashOfKey(key) };
}

const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
const TOKEN_MOST = 16_000;

/** The token in an Authorization header, or given bare; null for what does not look like one (RFC 7519). */
export function readToken(given: string): string | null {
  const token = given.replace(/^bearer +/i, '').trim();
  return token.length <= TOKEN_MOST && TOKEN.test(token) ? token : null;
}

export function isPrefix(given: string): boolean {
  return PREFIX.test(given);
}

/** SHA-256; 256 random bits need no salt and no slow hash. */
export function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** A role that a token says: on the whole desk or in one negotiation, by its public slug or its global id. */
export interface ClaimedRole {
  readonly role: DeskKeyModel['role'];
  readonly negotiation: string | null;
}

const CLAIMED = /^(READER|REPORTER|EDITOR|ADMIN)(?::([\w-]{1,80}))?$/;

/**
 * The roles that a claim says: one or a list, each as in `EDITOR` or `EDITOR:gaza-hostages-2023`; none when it is left out.
 * Null when any of it is something else.
 */
export function readClaimedRoles(claim: unknown): ClaimedRole[] | null {
  if (claim === undefined) return [];
  const roles: ClaimedRole[] = [];
  for (const said of Array.isArray(claim) ? claim : [claim]) {
    const match = typeof said === 'string' ? CLAIMED.exec(said) : null;
    if (match === null) return null;
    roles.push({ role: match[1] as ClaimedRole['role'], negotiation: match[2] ?? null });
  }
  return roles;
}

/** Whether a key opens anything at an instant. */
export function isStanding(
  { expiresAt, revokedAt }: Pick<DeskKeyModel, 'expiresAt' | 'revokedAt'>,
  now: Date,
): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

/** What keeps a key from being issued. */
export function keyProblems({ name, expiresAt }: KeyRequest, now: Date): Problem[] {
  const problems = nameProblems(name);
  if (expiresAt !== null && !(now < expiresAt))
    problems.push({ path: ['expiresAt'], message: 'is not in the future.' });
  return problems;
}

/** What keeps a key or an account from being called something. */
export function nameProblems(name: string): Problem[] {
  const problems: Problem[] = [];
  if (name.trim() === '') problems.push({ path: ['name'], message: 'is empty; say whose key it is.' });
  if (name.length > NAME_MOST)
    problems.push({ path: ['name'], message: `has ${name.length} characters; at most ${NAME_MOST} are kept.` });
  if (name.includes('\u0000'))
    problems.push({ path: ['name'], message: 'holds a NUL character, which cannot be kept.' });
  return problems;
}
