import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId, note } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { claimKind } from '../statement/claims.ts';
import { StanceKind, TermCategory, TermStatus } from './enums.ts';
import { Term } from './schema.ts';

claimKind({
  field: 'stances',
  model: 'stance',
  description: 'The stances that it says parties take on terms of the negotiation.',
  input: builder.inputType('StanceInput', {
    description: 'One party’s position on one term.',
    fields: (t) => ({
      partyId: t.id({ required: true, description: 'Whose stance it is, whoever speaks of it.' }),
      termId: t.id({ required: true, description: 'On which term of the negotiation.' }),
      kind: t.field({ type: StanceKind, required: true, description: 'What the party holds about it.' }),
      note: t.string({ description: 'What narrows it: the condition, the extent.' }),
    }),
  }),
  plan: ({ partyId, termId, kind, note }, { negotiationId }, work, path) => {
    const party = work.the(['Person', 'Organization'], partyId, [...path, 'partyId']);
    const term = work.the('Term', termId, [...path, 'termId']);
    work.sameNegotiation(negotiationId, term, [...path, 'termId']);
    return { partyId: party.id, termId: term.id, kind, note: note ?? null };
  },
});

deskMutation('addTerm', {
  description: 'Puts an item on the table of talks; it is open.',
  input: builder.inputType('AddTermInput', {
    description: 'An item on the table.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'Which talks.' }),
      title: t.string({ required: true, description: 'What it is called.' }),
      category: t.field({ type: TermCategory, required: true, description: 'What it is about.' }),
      description: t.string({ ...bounds({ maxLength: 5_000 }), description: 'What it comes to.' }),
    }),
  }),
  returns: { field: 'term', type: Term, description: 'The term.' },
  plan: ({ negotiationId, title, category, description }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    return work.record(
      'Term',
      { negotiationId: negotiation.id, title, category, status: 'OPEN', description: description ?? null },
      { negotiationId: negotiation.id },
    );
  },
});

deskMutation('settleTerm', {
  description:
    'Records that a term is agreed, or dropped, or open again, whatever it was when the caller last looked. Refused for what it is already.',
  input: builder.inputType('SettleTermInput', {
    description: 'Where a term stands now.',
    fields: (t) => ({
      externalId: externalId(t),
      termId: t.id({ required: true, description: 'Which term.' }),
      status: t.field({ type: TermStatus, required: true, description: 'Where it stands.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'term', type: Term, description: 'The term as it stands now.' },
  plan: ({ termId, status, note }, work) => {
    const term = work.the('Term', termId, ['termId']);
    if (term.status === status) work.problem(['status'], `is ${status} already.`);
    return work.change('Term', term.id, { status }, { negotiationId: term.negotiationId, note });
  },
});
