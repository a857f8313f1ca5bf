import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { CountClaimModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId } from '../graphql/fields.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { toMany, toOne, toOneOrNone } from '../graphql/reference.ts';
import { checkStands } from '../ledger/mending.ts';
import type { At } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { claimKind } from '../statement/claims.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { agreedRange, type CountRange, countProblem, envelope } from './rules.ts';
import {
  countClaimsOfStatement,
  countClaimsOn,
  heldGroupById,
  heldGroupsIn,
  latestCounts,
  SOURCES_MOST,
} from './store.ts';

export const HeldGroup = subjectRef('HeldGroup', heldGroupById);

export const CountClaim = builder.objectRef<At<CountClaimModel>>('CountClaim').implement({
  description: 'How many are held, as one statement says. There is no number without somebody who says it.',
  fields: (t) => ({
    heldGroup: t.field({
      type: HeldGroup,
      description: 'Of whom.',
      ...toOne(heldGroupById, 'heldGroupId'),
    }),
    low: t.exposeInt('low', {
      nullable: true,
      description: 'At least so many people; null when it sets no lower bound.',
    }),
    high: t.exposeInt('high', {
      nullable: true,
      description: 'At most so many people; null when it sets no upper bound.',
    }),
    words: t.exposeString('words', {
      nullable: true,
      description: 'The number in the source’s words, as in “a large group”; null when only the number was kept.',
    }),
    statement: t.field({
      type: Statement,
      description: 'Where it is said, and by whom.',
      ...toOne(statementById, 'statementId'),
    }),
  }),
});

const CountRangeType = builder.objectRef<CountRange>('CountRange').implement({
  description: 'A number of people, both ends included.',
  fields: (t) => ({
    low: t.exposeInt('low', { description: 'At least so many.' }),
    high: t.exposeInt('high', { nullable: true, description: 'At most so many; null where nothing bounds it.' }),
  }),
});

const LATEST = `the latest claim of each source (of the ${SOURCES_MOST} sources that spoke last)`;

builder.node(HeldGroup, {
  ...nodeOptions('HeldGroup'),
  description: 'People who are held, as somebody describes them.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that are about them.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    descriptor: t.exposeString('descriptor', { description: 'Who they are, as in “civilian hostages”.' }),
    heldBy: t.field({
      type: Actor,
      nullable: true,
      description: 'Who holds them; null when not known.',
      ...toOneOrNone(actorById, 'heldById'),
    }),
    partOf: t.field({
      type: HeldGroup,
      nullable: true,
      description: 'The larger group that they are part of; null when the desk recorded none.',
      ...toOneOrNone(heldGroupById, 'partOfId'),
    }),
    withdrawn: t.exposeBoolean('withdrawn', {
      description: 'Whether the desk withdrew it: it should never have been recorded; `history` says why.',
    }),
    claims: t.connection({
      type: CountClaim,
      description: 'How many they are, as standing statements say, the one said last first.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, countClaimsOn(), id, args, info),
    }),
    latestClaims: t.field({
      type: [CountClaim],
      description: `What each source says now: ${LATEST}, the one said last first. The source is whose view it is, else the speaker, else whoever is described.`,
      resolve: ({ id, snapshot }) => snapshot.load(latestCounts, id),
    }),
    agreed: t.field({
      type: CountRangeType,
      nullable: true,
      description: `What every source allows, of ${LATEST}; null when they conflict, or when none gives a number. \`envelope\` tells the two apart.`,
      resolve: async ({ id, snapshot }) => agreedRange(await snapshot.load(latestCounts, id)),
    }),
    envelope: t.field({
      type: CountRangeType,
      nullable: true,
      description: `From the lowest number that some source allows to the highest, of ${LATEST}; null when none gives a number.`,
      resolve: async ({ id, snapshot }) => envelope(await snapshot.load(latestCounts, id)),
    }),
  }),
});

builder.objectField(Statement, 'countClaims', (t) =>
  t.field({
    type: [CountClaim],
    description: 'What it says of how many are held; empty when it says nothing of that, or is withdrawn.',
    ...toMany(countClaimsOfStatement, 'id'),
  }),
);

builder.objectField(Negotiation, 'heldGroups', (t) =>
  t.connection({
    type: HeldGroup,
    description: 'The people held whom the talks are about, in the order in which they were recorded.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, heldGroupsIn(), id, args, info),
  }),
);

claimKind({
  field: 'countClaims',
  model: 'countClaim',
  description: 'How many are held, as it says.',
  input: builder.inputType('CountClaimInput', {
    description: 'How many of a group are held, as a statement says: a range, words, or both.',
    fields: (t) => ({
      heldGroupId: t.id({ required: true, description: 'Of whom, in the same negotiation.' }),
      low: t.int({ description: 'At least so many people.' }),
      high: t.int({ description: 'At most so many people; the same as `low` for an exact number.' }),
      words: t.string({ description: 'The number in the source’s words; needed where there is no range.' }),
    }),
  }),
  plan: ({ heldGroupId, low = null, high = null, words = null }, { negotiationId }, work, path) => {
    const heldGroup = work.the('HeldGroup', heldGroupId, [...path, 'heldGroupId']);
    work.sameNegotiation(negotiationId, heldGroup, [...path, 'heldGroupId']);
    checkStands(heldGroup, [...path, 'heldGroupId'], work);
    work.problem(path, countProblem({ low, high }));
    if (low === null && high === null && words === null) work.problem(path, 'needs a range or words.');
    return { heldGroupId: heldGroup.id, low, high, words };
  },
});

deskMutation('recordHeldGroup', {
  description: 'Adds a group of people who are held to the record of a negotiation.',
  input: builder.inputType('RecordHeldGroupInput', {
    description: 'People who are held. How many they are is for statements to say.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'The talks that are about them.' }),
      descriptor: t.string({ required: true, description: 'Who they are, as in “civilian hostages”.' }),
      heldById: t.id({ description: 'Who holds them, when known.' }),
      partOfId: t.id({ description: 'The larger group of the same negotiation that they are part of.' }),
    }),
  }),
  returns: { field: 'heldGroup', type: HeldGroup, description: 'The held group.' },
  plan: ({ negotiationId, descriptor, heldById, partOfId }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    const heldBy = work.maybe(['Person', 'Organization'], heldById, ['heldById']);
    const partOf = work.maybe('HeldGroup', partOfId, ['partOfId']);
    work.sameNegotiation(negotiation.id, partOf, ['partOfId']);
    checkStands(partOf, ['partOfId'], work);
    return work.record(
      'HeldGroup',
      {
        negotiationId: negotiation.id,
        descriptor,
        heldById: heldBy?.id ?? null,
        partOfId: partOf?.id ?? null,
        withdrawn: false,
      },
      { negotiationId: negotiation.id },
    );
  },
});
