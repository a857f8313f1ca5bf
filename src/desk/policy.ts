import type { Role } from '../database/generated/enums.ts';
import { type Hidden, NOTHING_HIDDEN } from '../ledger/hidden.ts';

/** Who asks. A caller without a key is a reader with no name. */
export interface Viewer {
  /** Null for a caller without a key or a token. */
  readonly accountId: string | null;
  /** The key that they came with; null for a token, or nothing. */
  readonly keyId: string | null;
  readonly name: string | null;
  /** What they may do on the whole desk. */
  readonly role: Role;
  /** What they were given in single negotiations, by row id. */
  readonly grants: ReadonlyMap<string, Role>;
  /** When what they came with ends by itself; null when it does not. */
  readonly until: Date | null;
}

export const READER: Viewer = {
  accountId: null,
  keyId: null,
  name: null,
  role: 'READER',
  grants: new Map(),
  until: null,
};

const RANK: Record<Role, number> = { READER: 0, REPORTER: 1, EDITOR: 2, ADMIN: 3 };

/** The caller may not do this. Said with no more than it must. */
export class ForbiddenError extends Error {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly viewer: Viewer;
  /** The talks that it was asked for in, by row id; null on the whole desk, and where it was not looked so far. */
  readonly negotiationId: string | null;

  constructor(viewer: Viewer, needed: Role, negotiationId: string | null = null) {
    super(
      viewer.accountId === null
        ? `This needs a desk key with the role ${needed}.`
        : `You need the role ${needed} for this.`,
    );
    this.viewer = viewer;
    this.negotiationId = negotiationId;
    this.code = viewer.accountId === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  }
}

/** A key was given, and it is none of ours, or expired, or revoked; or none was given where one is needed. */
export class BadKeyError extends Error {
  readonly code = 'UNAUTHENTICATED';
}

/** As many wrong keys came from an address as may. */
export class TooManyWrongKeysError extends Error {
  readonly code = 'RATE_LIMITED';
  /** Seconds until others are looked at again. */
  readonly retryAfter: number;

  constructor(most: number, ms: number) {
    const retryAfter = Math.max(1, Math.ceil(ms / 1_000));
    super(`${most} wrong keys have come from this address; come back in ${retryAfter} seconds.`);
    this.retryAfter = retryAfter;
  }
}

/**
 * Who asks, from an address: by an Authorization header or a bare key; null is a reader.
 * @throws BadKeyError for a wrong key
 * @throws TooManyWrongKeysError for one more than may come from there
 */
export type Identify = (given: string | null, address: string) => Promise<Viewer>;

/** None was given, where reading is not for everybody. */
export class NotPublicError extends BadKeyError {
  constructor() {
    super('This record is not public: send a desk key.');
  }
}

export function higherRole(one: Role, other: Role): Role {
  return RANK[one] >= RANK[other] ? one : other;
}

export function lowerRole(one: Role, other: Role): Role {
  return RANK[one] >= RANK[other] ? other : one;
}

/** Who asks, and which negotiations are restricted when they do. */
export interface Asking {
  readonly viewer: Viewer;
  readonly ledger: { readonly restrictions: { readonly negotiations: ReadonlySet<string> } };
}

/**
 * What somebody may do in a negotiation: by their role on the whole desk or the one given there, whichever is higher; in
 * restricted talks by the one given there alone.
 */
export function roleIn({ viewer: { role, grants }, ledger }: Asking, negotiationId: string | null): Role {
  if (negotiationId === null) return role;
  const given = grants.get(negotiationId) ?? 'READER';
  return ledger.restrictions.negotiations.has(negotiationId) ? given : higherRole(role, given);
}

/** Whether somebody has a role: in a negotiation, or with null on the whole desk. */
export function mayAct(asking: Asking, needed: Role, negotiationId: string | null = null): boolean {
  return RANK[roleIn(asking, negotiationId)] >= RANK[needed];
}

/** What was worked out for some restrictions, by the grants that it depends on. */
const worked = new WeakMap<ReadonlySet<string>, Map<string, Hidden>>();

/**
 * Which negotiations are not there for somebody: the restricted ones that they were given no role in, whatever they may
 * do on the whole desk. Decided once a request, and once an event; every read goes within it. The same object as long
 * as the restrictions are the same.
 * @param restricted by row id, as `Restrictions` has them
 */
export function hiddenFrom({ grants }: Viewer, restricted: ReadonlySet<string>): Hidden {
  if (restricted.size === 0) return NOTHING_HIDDEN;
  if (grants.size === 0) return restricted;
  const known = worked.get(restricted) ?? new Map<string, Hidden>();
  worked.set(restricted, known);
  const given = [...grants.keys()].filter((id) => restricted.has(id)).sort();
  const key = given.join(' ');
  const hidden = known.get(key) ?? new Set([...restricted].filter((id) => !grants.has(id)));
  known.set(key, hidden);
  return hidden;
}

/** The restricted talks in which somebody has not a role, by row id; those that are not there for them included. */
export function restrictedBelow(asking: Asking, needed: Role): string[] {
  return [...asking.ledger.restrictions.negotiations].filter((id) => !mayAct(asking, needed, id));
}

/**
 * All of a viewer that an answer may depend on: two with the same rights get the same answers, to the byte, while the
 * same negotiations are restricted.
 */
export function rightsOf({ role, grants }: Viewer): string {
  return grants.size === 0 ? role : JSON.stringify([role, [...grants].sort()]);
}

/** @throws ForbiddenError for whoever has not the role, in a negotiation or, with null, on the whole desk */
export function requireRole(asking: Asking, needed: Role, negotiationId: string | null = null): void {
  if (!mayAct(asking, needed, negotiationId)) throw new ForbiddenError(asking.viewer, needed, negotiationId);
}

/** The same for what is not known yet to be in one negotiation or another. @throws ForbiddenError */
export function requireRoleSomewhere(viewer: Viewer, needed: Role): void {
  const roles = [viewer.role, ...viewer.grants.values()];
  if (!roles.some((role) => RANK[role] >= RANK[needed])) throw new ForbiddenError(viewer, needed);
}

/** @throws NotPublicError for a caller without an account, where reading is not for everybody */
export function requireReading(viewer: Viewer, isPublic: boolean): void {
  if (!isPublic && viewer.accountId === null) throw new NotPublicError();
}
