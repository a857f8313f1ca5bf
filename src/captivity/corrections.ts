import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { correction, externalId, withdrawal } from '../graphql/fields.ts';
import { correct, withdraw } from '../ledger/mending.ts';
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
    if (partOf !== null && (await isWithin(partOf, before.id, work))) work.problem(path, 'is itself a part of them.');
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

/** Whether a group is another, or a part of it. */
async function isWithin(
  { id, partOfId }: { readonly id: string; readonly partOfId: string | null },
  other: string,
  work: Work,
): Promise<boolean> {
  if (id === other) return true;
  if (partOfId === null) return false;
  const snapshot = work.ledger.snapshot(await work.ledger.head(), work.hidden);
  const larger = work.row('HeldGroup', partOfId) ?? (await snapshot.load(heldGroupById, partOfId));
  return larger !== null && isWithin(larger, other, work);
}
