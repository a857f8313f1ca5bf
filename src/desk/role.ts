import type { Role as GivenRole } from '../database/generated/enums.ts';
import { builder } from '../graphql/builder.ts';
import { enumOf } from '../graphql/enums.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';

export const Role = enumOf(
  'Role',
  'What somebody may do, on the whole desk or in one negotiation; each role may also do what those before it may.',
  {
    READER: 'Reads the record.',
    REPORTER: 'Drafts statements, and reads drafts.',
    EDITOR: 'Publishes, corrects and withdraws.',
    ADMIN: 'Expunges, opens and closes accounts, gives roles, and issues and revokes keys.',
  },
);

interface Given {
  readonly role: GivenRole;
  readonly negotiationId: string | null;
}

export const GivenRoleType = builder.objectRef<At<Given>>('GivenRole').implement({
  description: 'A role that an account has somewhere.',
  fields: (t) => ({
    role: t.expose('role', { type: Role, description: 'Which role.' }),
    negotiation: t.field({
      type: Negotiation,
      nullable: true,
      description: 'Where: in these talks; null for the whole desk.',
      resolve: ({ negotiationId, snapshot }) =>
        negotiationId === null ? null : snapshot.load(negotiationById, negotiationId),
    }),
  }),
});

/** Of some roles those that are on the whole desk, or in negotiations that can be read here. */
export async function rolesSeen(snapshot: Snapshot, given: readonly Given[]): Promise<At<Given>[]> {
  const there = await Promise.all(
    given.map(({ negotiationId }) => negotiationId === null || snapshot.load(negotiationById, negotiationId)),
  );
  return snapshot.hold(
    given.filter((_, index) => there[index]).map(({ role, negotiationId }) => ({ role, negotiationId })),
  );
}
