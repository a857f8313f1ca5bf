import { periodProblem } from '../actor/rules.ts';
import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { NegotiationModel } from '../database/generated/models.ts';
import { readAsOf } from '../graphql/as-of.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { enumOf } from '../graphql/enums.ts';
import { AsOfInput, externalId, note } from '../graphql/fields.ts';
import { readId } from '../graphql/ids.ts';
import { bounds } from '../graphql/input.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { toOne } from '../graphql/reference.ts';
import type { Work } from '../ledger/work.ts';
import { overlapProblem, slugProblem } from './rules.ts';
import {
  idOfPublicSlug,
  idOfSlug,
  negotiationById,
  negotiationBySlug,
  negotiations,
  participationById,
  participationsIn,
  partsInForce,
} from './store.ts';

export const NegotiationStatus = enumOf('NegotiationStatus', 'Where talks stand.', {
  EXPLORATORY: 'Talks about talks.',
  ACTIVE: 'Under way.',
  SUSPENDED: 'Broken off for now.',
  AGREED: 'Agreed, not carried out yet.',
  IMPLEMENTED: 'Agreed and carried out.',
  COLLAPSED: 'Broken off for good.',
});

export const NegotiationAccess = enumOf('NegotiationAccess', 'Who may read about talks.', {
  PUBLIC: 'Whoever may read the record.',
  RESTRICTED:
    'Those alone who were given a role in them, whatever others may do on the whole desk. For everybody else they are not there.',
});

export const ParticipationRole = enumOf('ParticipationRole', 'An actor’s part in a negotiation.', {
  PRINCIPAL: 'A party to the dispute, whose agreement is needed.',
  MEDIATOR: 'Carries and shapes proposals between the parties.',
  FACILITATOR: 'Helps the talks happen, and takes no part in their substance.',
  GUARANTOR: 'Stands behind what is agreed.',
  OBSERVER: 'Is there, and has no part.',
});

export const Negotiation = subjectRef('Negotiation', negotiationById);
export const Participation = subjectRef('Participation', participationById);

builder.node(Participation, {
  ...nodeOptions('Participation'),
  description: 'An actor’s part in a negotiation over a time range.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'Who takes part.',
      ...toOne(actorById, 'actorId'),
    }),
    negotiation: t.field({
      type: Negotiation,
      description: 'In what.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    role: t.expose('role', { type: ParticipationRole, description: 'In which role.' }),
    since: t.expose('since', { type: 'Date', nullable: true, description: 'The first day; null when not known.' }),
    until: t.expose('until', {
      type: 'Date',
      nullable: true,
      description: 'The last day; null while it goes on, or when not known.',
    }),
  }),
});

builder.node(Negotiation, {
  ...nodeOptions('Negotiation'),
  description: 'One set of talks, with its parties, terms and record. All below it is read at the same position.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Its name in addresses; it never means another.' }),
    title: t.exposeString('title', { description: 'What the talks are called.' }),
    summary: t.exposeString('summary', { nullable: true, description: 'What they are about, in a few sentences.' }),
    status: t.expose('status', { type: NegotiationStatus, description: 'Where they stand.' }),
    since: t.expose('since', { type: 'Date', nullable: true, description: 'When they began; null when not known.' }),
    access: t.expose('access', {
      type: NegotiationAccess,
      description: 'Who might read about them then. What they may read is decided by who may read about them now.',
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'The position at which this answer was read: give it as `after` to follow what comes next.',
      resolve: ({ id, snapshot }) => {
        // Whoever follows from here is not to be told once more what was there when they asked.
        snapshot.touched?.negotiation(id);
        return snapshot.cursors.seal(snapshot.position);
      },
    }),
    participations: t.connection({
      type: Participation,
      description: 'Who takes part, in the order in which they were recorded.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, participationsIn(), id, args, info),
    }),
  }),
});

const NegotiationFilter = builder.inputType('NegotiationFilter', {
  description: 'Which negotiations; what is left out is not narrowed.',
  fields: (t) => ({
    status: t.field({ type: [NegotiationStatus], description: 'Only those in one of these.' }),
    actorId: t.id({ description: 'Only those in which this actor takes or took part.' }),
  }),
});

builder.queryFields((t) => ({
  negotiation: t.field({
    type: Negotiation,
    nullable: true,
    description:
      'One negotiation, as it stands now or stood then; null when the record has, or had, none of that slug.',
    args: {
      slug: t.arg.string({ required: true, description: 'Its name in addresses.' }),
      asOf: t.arg({ type: AsOfInput, description: 'The moment to read it at; now when left out.' }),
    },
    resolve: async (_root, { slug, asOf }, context) => {
      return (await context.at(readAsOf(asOf))).load(negotiationBySlug, slug);
    },
  }),
  negotiations: t.connection({
    type: Negotiation,
    description: 'The negotiations of the record, the one opened last first.',
    args: {
      filter: t.arg({ type: NegotiationFilter, description: 'Narrows the list; all of it when left out.' }),
      asOf: t.arg({ type: AsOfInput, description: 'The moment to read them at; now when left out.' }),
    },
    resolve: async (_root, { filter, asOf, ...args }, context, info) => {
      const actorId = readId(['Person', 'Organization'], filter?.actorId);
      return connectionOf(await context.at(readAsOf(asOf)), negotiations({ ...filter, actorId }), null, args, info);
    },
  }),
}));

deskMutation('openNegotiation', {
  description: 'Begins the record of a set of talks.',
  input: builder.inputType('OpenNegotiationInput', {
    description: 'A negotiation.',
    fields: (t) => ({
      externalId: externalId(t),
      slug: t.string({
        required: true,
        description: 'Its name in addresses: small letters, digits and hyphens, at most 80.',
      }),
      title: t.string({ required: true, description: 'What the talks are called.' }),
      summary: t.string({ ...bounds({ maxLength: 5_000 }), description: 'What they are about.' }),
      status: t.field({ type: NegotiationStatus, required: true, description: 'Where they stand.' }),
      since: t.field({ type: 'Date', description: 'When they began, when known.' }),
      access: t.field({
        type: NegotiationAccess,
        description:
          'Who may read about them; PUBLIC when left out. Who opens RESTRICTED ones is given their own role in them.',
      }),
    }),
  }),
  returns: { field: 'negotiation', type: Negotiation, description: 'The negotiation.' },
  plan: async ({ slug, title, summary, status, since, access }, work) => {
    await checkSlug(slug, work);
    const negotiation = work.record(
      'Negotiation',
      { slug, title, summary: summary ?? null, status, since: since ?? null, access: access ?? 'PUBLIC' },
      { negotiationId: 'itself' },
    );
    work.child('negotiation_slug', { slug, negotiationId: negotiation.id });
    if (access === 'RESTRICTED') await work.letIn(negotiation.id);
    return negotiation;
  },
});

/**
 * Notes what is wrong with a slug.
 * @throws AlreadyRecordedError for one of talks that are there, or that were public once: it goes on meaning those
 */
async function checkSlug(slug: string, work: Work): Promise<void> {
  work.problem(['slug'], slugProblem(slug));
  work.settle();
  const isTaken =
    work.pendingChildren('negotiation_slug', 'slug', slug).length > 0 ||
    (await idOfPublicSlug(work.ledger.prisma, slug)) !== null ||
    (await idOfSlug(work.ledger.prisma, slug, work.hidden)) !== null;
  if (isTaken) throw work.taken('slug', slug);
}

/** @throws AlreadyRecordedError when the slug of talks that become public was taken by others there meanwhile */
async function checkOwnSlug({ id, slug }: NegotiationModel, work: Work): Promise<void> {
  const taken = await idOfPublicSlug(work.ledger.prisma, slug);
  if (taken !== null && taken !== id) throw work.taken('slug', slug);
}

deskMutation('changeNegotiationAccess', {
  description:
    'Says who may read about talks from now on, all that was recorded of them included. Within a second nobody else gets anything of them. Needs the role ADMIN in them; whoever restricts them keeps their own role there.',
  role: 'ADMIN',
  input: builder.inputType('ChangeNegotiationAccessInput', {
    description: 'Who may read about talks.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'Which talks.' }),
      access: t.field({ type: NegotiationAccess, required: true, description: 'Who may read about them.' }),
      slug: t.string({
        description:
          'Another name in addresses, for talks that become PUBLIC for the first time when theirs was taken meanwhile.',
      }),
      note: note(t),
    }),
  }),
  returns: { field: 'negotiation', type: Negotiation, description: 'The negotiation as it stands now.' },
  plan: async ({ negotiationId, access, slug, note }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    if (negotiation.access === access) work.problem(['access'], `is ${access} already.`);
    if (slug && access !== 'PUBLIC') work.problem(['slug'], 'is for talks that become PUBLIC.');
    if (slug) await checkSlug(slug, work);
    else if (access === 'PUBLIC') await checkOwnSlug(negotiation, work);
    const changed = work.change(
      'Negotiation',
      negotiation.id,
      { access, ...(slug && { slug }) },
      { negotiationId: negotiation.id, note },
    );
    if (slug) work.child('negotiation_slug', { slug, negotiationId: negotiation.id });
    if (access === 'RESTRICTED') await work.letIn(negotiation.id);
    return changed;
  },
});

deskMutation('changeNegotiationStatus', {
  description:
    'Records that talks stand elsewhere now: broken off, agreed, carried out, whatever it was when the caller last looked. Refused for where they stand already.',
  input: builder.inputType('ChangeNegotiationStatusInput', {
    description: 'Where talks stand now.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'Which talks.' }),
      status: t.field({ type: NegotiationStatus, required: true, description: 'Where they stand.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'negotiation', type: Negotiation, description: 'The negotiation as it stands now.' },
  plan: ({ negotiationId, status, note }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    if (negotiation.status === status) work.problem(['status'], `is ${status} already.`);
    return work.change('Negotiation', negotiation.id, { status }, { negotiationId: negotiation.id, note });
  },
});

deskMutation('joinNegotiation', {
  description: 'Records that an actor takes part in talks, and in which role; in one role once at a time.',
  input: builder.inputType('JoinNegotiationInput', {
    description: 'An actor’s part in talks.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'Which talks.' }),
      actorId: t.id({ required: true, description: 'Who takes part.' }),
      role: t.field({ type: ParticipationRole, required: true, description: 'In which role.' }),
      since: t.field({ type: 'Date', description: 'The first day, when known.' }),
      until: t.field({ type: 'Date', description: 'The last day, when it is over.' }),
    }),
  }),
  returns: { field: 'participation', type: Participation, description: 'The actor’s part.' },
  plan: async ({ negotiationId, actorId, role, since = null, until = null }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    const actor = work.the(['Person', 'Organization'], actorId, ['actorId']);
    work.problem(['until'], periodProblem(since, until));
    const others = await partsInForce({ negotiationId: negotiation.id, actorId: actor.id, role }, work);
    work.problem(['actorId'], overlapProblem({ since, until }, others));
    return work.record(
      'Participation',
      { negotiationId: negotiation.id, actorId: actor.id, role, since, until },
      { negotiationId: negotiation.id },
    );
  },
});

deskMutation('leaveNegotiation', {
  description: 'Records that an actor’s part in talks is over.',
  input: builder.inputType('LeaveNegotiationInput', {
    description: 'The end of an actor’s part.',
    fields: (t) => ({
      externalId: externalId(t),
      participationId: t.id({ required: true, description: 'Which part.' }),
      until: t.field({ type: 'Date', required: true, description: 'The last day.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'participation', type: Participation, description: 'The part as it stands now.' },
  plan: async ({ participationId, until, note }, work) => {
    const participation = work.the('Participation', participationId, ['participationId']);
    work.problem(['until'], periodProblem(participation.since, until));
    const others = (await partsInForce(participation, work)).filter(({ id }) => id !== participation.id);
    work.problem(['until'], overlapProblem({ since: participation.since, until }, others));
    return work.change(
      'Participation',
      participation.id,
      { until },
      { negotiationId: participation.negotiationId, note },
    );
  },
});
