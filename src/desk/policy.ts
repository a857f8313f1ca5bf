import type { Role } from '../database/generated/enums.ts';

/** Who asks. A caller without a key is a reader with no name. */
export interface Viewer {
  readonly keyId: string | null;
  readonly name: string | null;
  readonly role: Role;
}

export const READER: Viewer = { keyId: null, name: null, role: 'READER' };

const RANK: Record<Role, number> = { READER: 0, REPORTER: 1, EDITOR: 2, ADMIN: 3 };

/** The caller may not do this. Said with no more than it must. */
export class ForbiddenError extends Error {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';

  constructor(viewer: Viewer, needed: Role) {
    super(
      viewer.keyId === null
        ? `This needs a desk key with the role ${needed}.`
        : `Your key needs the role ${needed} for this.`,
    );
    this.code = viewer.keyId === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  }
}

/** A key was given, and it is none of ours, or expired, or revoked. */
export class BadKeyError extends Error {
  readonly code = 'UNAUTHENTICATED';
}

export function mayAct(viewer: Viewer, needed: Role): boolean {
  return RANK[viewer.role] >= RANK[needed];
}

/** All of a viewer that an answer may depend on: two with the same rights get the same answers, to the byte. */
export function rightsOf({ role }: Viewer): string {
  return role;
}

/** @throws ForbiddenError */
export function requireRole(viewer: Viewer, needed: Role): void {
  if (!mayAct(viewer, needed)) throw new ForbiddenError(viewer, needed);
}
