import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { correction, externalId, withdrawal } from '../graphql/fields.ts';
import { checkStands, correct, withdraw } from '../ledger/mending.ts';
import type { SubjectRows } from '../ledger/subjects.ts';
import type { Work } from '../ledger/work.ts';
import { HeldGroup } from './schema.ts';
import { heldGroupById } from './store.ts';

const HeldGroupChangesInput = builder.inputType('HeldGroupChangesInput', {
  description:
    'What is to be otherwise; what is left out stays as it is, and null takes away what may be missing. How many they are is corrected in the statement that says it.',
  fields: (t) => ({
    descriptor: t.string({ description: 'Who they are, as in “civilian hostages”.' }),
    heldById: t.id({ description: 'Who holds them.' }),
    partOfId: t.id({ description: 'The larger group of the same negotiation that they are part of.' }),
  }),
});

deskMutation('correctHeldGroup', {
  description:
    'Publishes a new version of a group of people held that was recorded wrongly, with a note on what changed. Earlier versions stay readable as of then.',
  nullSays: true,
  input: builder.inputType('CorrectHeldGroupInput', {
    description: 'A correction of a held group.',
    fields: (t) => ({
      externalId: externalId(t),
      heldGroupId: t.id({ required: true, description: 'What is corrected.' }),
      ...correction(t, HeldGroupChangesInput),
    }),
  }),
  returns: { field: 'heldGroup', type: HeldGroup, description: 'The held group as corrected.' },
  plan: async ({ heldGroupId, note, changes: { descriptor, heldById, partOfId } }, work) => {
    const before = work.the('HeldGroup', heldGroupId, ['heldGroupId']);
    const heldBy = work.maybe(['Person', 'Organization'], heldById, ['changes', 'heldById']);
    const path = ['changes', 'partOfId'];
    const partOf = work.maybe('HeldGroup', partOfId, path);
    work.sameNegotiation(before.negotiationId, partOf, path);
    checkStands(partOf, path, work);
    if (partOf !== null) work.problem(path, await partProblem(partOf.id, before, work));
    return correct(
      'HeldGroup',
      before,
      {
        ...(descriptor && { descriptor }),
        ...(heldById !== undefined && { heldById: heldBy?.id ?? null }),
        ...(partOfId !== undefined && { partOfId: partOf?.id ?? null }),
      },
      note,
      work,
    );
  },
});

deskMutation('withdrawHeldGroup', {
  description:
    'Withdraws a held group that should never have been recorded: it stays, marked, and nothing new can be said of it.',
  input: builder.inputType('WithdrawHeldGroupInput', {
    description: 'The withdrawal of a held group.',
    fields: (t) => ({
      externalId: externalId(t),
      heldGroupId: t.id({ required: true, description: 'What is withdrawn.' }),
      ...withdrawal(t),
    }),
  }),
  returns: { field: 'heldGroup', type: HeldGroup, description: 'The held group, marked withdrawn.' },
  plan: ({ heldGroupId, reason }, work) =>
    withdraw('HeldGroup', work.the('HeldGroup', heldGroupId, ['heldGroupId']), reason, work),
});

/** Why a group may not be part of another, or null: none is a part of itself, however many lie between. */
async function partProblem(
  partOfId: string,
  { id, negotiationId }: SubjectRows['HeldGroup'],
  work: Work,
): Promise<string | null> {
  const head = await work.ledger.head();
  // Whoever makes another a part of another in the same talks at the same moment is decided again.
  work.restOnRows({ table: 'held_group', key: 'negotiation_id', id: negotiationId, since: head });
  const snapshot = work.ledger.snapshot(head, work.hidden);
  const inForce = (group: string) => {
    const row = work.row('HeldGroup', group);
    return row !== null && work.isPending(row) ? row : snapshot.load(heldGroupById, group);
  };
  const passed = new Set<string>();
  let larger: string | null = partOfId;
  while (larger !== null) {
    if (larger === id) return 'is itself a part of them.';
    if (passed.has(larger)) return 'is a part of itself; correct that first.';
    passed.add(larger);
    larger = (await inForce(larger))?.partOfId ?? null;
  }
  return null;
}
