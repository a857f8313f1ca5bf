import type { ActorModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { enumOf } from '../graphql/enums.ts';
import { externalId, type InputFields, keptTo, negotiationKeptTo, note } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { type Planned, toOne, toOneOrNone } from '../graphql/reference.ts';
import type { At } from '../ledger/snapshot.ts';
import { periodProblem } from './rules.ts';
import { actorById, actors, organizationById, partsOf, personById, postById, postsHeldBy, postsIn } from './store.ts';

export const OrganizationKind = enumOf('OrganizationKind', 'What an organization is.', {
  STATE: 'A state.',
  GOVERNMENT_BODY: 'A ministry, office or agency of a state.',
  ARMED_GROUP: 'An armed group that is not a state’s.',
  POLITICAL_PARTY: 'A political party.',
  INTERNATIONAL_ORGANIZATION: 'An organization of states.',
  NGO: 'A non-governmental organization.',
  NEWS_OUTLET: 'Whoever publishes reports.',
  COMPANY: 'A company, or an association of them.',
  TRADE_UNION: 'A union of workers.',
  OTHER: 'None of these.',
});

const ActorKind = enumOf('ActorKind', 'Whether an actor is a person or an organization.', {
  PERSON: 'A person.',
  ORGANIZATION: 'An organization.',
});

export const Actor = builder.interfaceRef<At<ActorModel>>('Actor').implement({
  description: 'A person or an organization.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => (kind === 'PERSON' ? 'Person' : 'Organization'),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name it is known by.' }),
    aliases: t.exposeStringList('aliases', { description: 'Other names and spellings.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Who or what it is, in a sentence; null when the desk said nothing.',
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'An address that tells more; null when the desk gave none.',
      extensions: { reads: ['url'] } satisfies Planned,
      resolve: ({ url }) => (url === null ? null : new URL(url)),
    }),
  }),
});

export const Person = subjectRef('Person', personById);
export const Organization = subjectRef('Organization', organizationById);
export const Post = subjectRef('Post', postById);

builder.node(Person, {
  ...nodeOptions('Person'),
  interfaces: [Actor],
  description: 'A person who speaks, takes part or writes, with the offices that they held.',
  fields: (t) => ({
    posts: t.connection({
      type: Post,
      description: 'The offices that the person holds or held.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, postsHeldBy(), id, args, info),
    }),
  }),
});

builder.node(Organization, {
  ...nodeOptions('Organization'),
  interfaces: [Actor],
  description: 'A state, ministry, armed group, union, company, outlet or any other body.',
  fields: (t) => ({
    kind: t.field({
      type: OrganizationKind,
      description: 'What it is.',
      extensions: { reads: ['organizationKind'] } satisfies Planned,
      resolve: ({ organizationKind }) => organizationKind ?? 'OTHER',
    }),
    parent: t.field({
      type: Organization,
      nullable: true,
      description: 'What it is part of; null when the desk recorded none.',
      ...toOneOrNone(actorById, 'parentId'),
    }),
    parts: t.connection({
      type: Organization,
      description: 'What is part of it, by name.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, partsOf(), id, args, info),
    }),
    posts: t.connection({
      type: Post,
      description: 'The offices in it, whoever held them.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, postsIn(), id, args, info),
    }),
  }),
});

builder.node(Post, {
  ...nodeOptions('Post'),
  description: 'A person’s office in an organization over a time range.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What the office is called, as in “spokesperson”.' }),
    person: t.field({
      type: Person,
      description: 'Who held it.',
      ...toOne(actorById, 'personId'),
    }),
    organization: t.field({
      type: Organization,
      description: 'Where it is.',
      ...toOne(actorById, 'organizationId'),
    }),
    since: t.expose('since', {
      type: 'Date',
      nullable: true,
      description: 'The first day in office; null when not known.',
    }),
    until: t.expose('until', {
      type: 'Date',
      nullable: true,
      description: 'The last day in office; null when still held, or not known.',
    }),
  }),
});

const ActorFilter = builder.inputType('ActorFilter', {
  description: 'Which actors; what is left out is not narrowed.',
  fields: (t) => ({
    kind: t.field({ type: ActorKind, description: 'Only persons, or only organizations.' }),
    name: t.string({ description: 'Any part of a name or alias, in any case.' }),
  }),
});

builder.queryField('actors', (t) =>
  t.connection({
    type: Actor,
    description: 'The people and organizations of the record, by name.',
    args: { filter: t.arg({ type: ActorFilter, description: 'Narrows the list; all of it when left out.' }) },
    resolve: async (_root, { filter, ...args }, context, info) =>
      connectionOf(await context.now(), actors(filter ?? {}), null, args, info),
  }),
);

const common = (t: InputFields) => ({
  externalId: externalId(t),
  negotiationId: keptTo(t),
  name: t.string({ required: true, description: 'The name it is known by.' }),
  aliases: t.stringList({ description: 'Other names and spellings.' }),
  description: t.string({ ...bounds({ maxLength: 2_000 }), description: 'Who or what it is.' }),
  url: t.field({ type: 'URL', description: 'An address that tells more.' }),
});

deskMutation('recordPerson', {
  description: 'Adds a person to the record.',
  input: builder.inputType('RecordPersonInput', {
    description: 'A person to be recorded, with every name they are known by.',
    fields: (t) => common(t),
  }),
  returns: { field: 'person', type: Person, description: 'The person.' },
  plan: ({ name, aliases, description, url, ...input }, work) => {
    const negotiationId = negotiationKeptTo(input, work);
    return work.record(
      'Person',
      {
        negotiationId,
        kind: 'PERSON',
        name,
        aliases: [...(aliases ?? [])],
        description: description ?? null,
        url: url?.href ?? null,
        organizationKind: null,
        parentId: null,
      },
      { negotiationId },
    );
  },
});

deskMutation('recordOrganization', {
  description: 'Adds an organization to the record.',
  input: builder.inputType('RecordOrganizationInput', {
    description: 'An organization to be recorded, with what it is part of.',
    fields: (t) => ({
      ...common(t),
      kind: t.field({ type: OrganizationKind, required: true, description: 'What it is.' }),
      parentId: t.id({ description: 'The organization it is part of.' }),
    }),
  }),
  returns: { field: 'organization', type: Organization, description: 'The organization.' },
  plan: ({ name, aliases, description, url, kind, parentId, ...input }, work) => {
    const negotiationId = negotiationKeptTo(input, work);
    return work.record(
      'Organization',
      {
        negotiationId,
        kind: 'ORGANIZATION',
        name,
        aliases: [...(aliases ?? [])],
        description: description ?? null,
        url: url?.href ?? null,
        organizationKind: kind,
        parentId: work.maybe('Organization', parentId, ['parentId'])?.id ?? null,
      },
      { negotiationId },
    );
  },
});

deskMutation('recordPost', {
  description: 'Records that a person holds or held an office.',
  input: builder.inputType('RecordPostInput', {
    description: 'A person’s office.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: keptTo(t),
      personId: t.id({ required: true, description: 'Who holds it.' }),
      organizationId: t.id({ required: true, description: 'Where it is.' }),
      title: t.string({ required: true, description: 'What it is called.' }),
      since: t.field({ type: 'Date', description: 'The first day in office, when known.' }),
      until: t.field({ type: 'Date', description: 'The last day in office, when it is over.' }),
    }),
  }),
  returns: { field: 'post', type: Post, description: 'The post.' },
  plan: ({ personId, organizationId, title, since = null, until = null, ...input }, work) => {
    const negotiationId = negotiationKeptTo(input, work);
    const person = work.the('Person', personId, ['personId']);
    const organization = work.the('Organization', organizationId, ['organizationId']);
    work.problem(['until'], periodProblem(since, until));
    return work.record(
      'Post',
      { negotiationId, personId: person.id, organizationId: organization.id, title, since, until },
      { negotiationId },
    );
  },
});

deskMutation('endPost', {
  description: 'Records that a person left an office.',
  input: builder.inputType('EndPostInput', {
    description: 'The end of a post.',
    fields: (t) => ({
      externalId: externalId(t),
      postId: t.id({ required: true, description: 'Which post.' }),
      until: t.field({ type: 'Date', required: true, description: 'The last day in office.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'post', type: Post, description: 'The post as it stands now.' },
  plan: ({ postId, until, note }, work) => {
    const post = work.the('Post', postId, ['postId']);
    work.problem(['until'], periodProblem(post.since, until));
    return work.change('Post', post.id, { until }, { negotiationId: post.negotiationId, note });
  },
});
