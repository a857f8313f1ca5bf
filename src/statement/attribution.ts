import { postCreditedOn } from '../actor/rules.ts';
import { Actor, Organization, Person, Post } from '../actor/schema.ts';
import { actorById, postById, postsOfPerson } from '../actor/store.ts';
import type { AppearanceModel, StatementModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { aheadOf, type Planned, toOne, toOneOrNone } from '../graphql/reference.ts';
import { after } from '../ledger/maybe-promise.ts';
import type { At } from '../ledger/snapshot.ts';
import { Report } from '../report/schema.ts';
import { reportById } from '../report/store.ts';
import { RelayKind, SourceKind, TranslatedBy } from './enums.ts';
import { pseudonymOf, rootOf } from './pseudonym.ts';
import type { Relay, Translation } from './store.ts';

export const Source = builder.objectRef<At<StatementModel>>('Source').implement({
  description: 'Whom a statement is credited to, as it was published. Who an unnamed source is stands nowhere.',
  fields: (t) => ({
    kind: t.expose('sourceKind', { type: SourceKind, description: 'What kind of source.' }),
    person: t.field({
      type: Person,
      nullable: true,
      description: 'Who, for a named person; null for any other source.',
      ...toOneOrNone(actorById, 'speakerId'),
    }),
    post: t.field({
      type: Post,
      nullable: true,
      description:
        'The post held when it was said, never today’s: the one credited, else the one taken up last; null when none is known.',
      extensions: {
        reads: ['saidEarliest', 'saidLatest'],
        leads: [
          { batch: postById, from: 'postId' },
          { batch: postsOfPerson, from: 'speakerId', when: { property: 'postId', is: null } },
        ],
        takes: { Post: ['since', 'until'] },
      } satisfies Planned,
      resolve: (statement, _args, _context, info) => {
        const { speakerId, postId, saidEarliest, saidLatest, snapshot } = statement;
        if (speakerId === null) return null;
        if (postId !== null) return snapshot.get(postById, postId, aheadOf(info), statement);
        return after(snapshot.get(postsOfPerson, speakerId, aheadOf(info), statement), (posts) =>
          postCreditedOn(posts, { earliest: saidEarliest, latest: saidLatest }),
        );
      },
    }),
    descriptor: t.exposeString('descriptor', {
      nullable: true,
      description: 'The source as published, word for word; null when it was only named.',
    }),
    pseudonym: t.string({
      nullable: true,
      description:
        'What an unnamed source is called in these talks: its descriptor and a number. The same number says that the desk judged them to be one; others do not say that they are two. Null for any other source.',
      extensions: { reads: ['pseudonymId', 'descriptor'] } satisfies Planned,
      resolve: async ({ pseudonymId, descriptor, snapshot }) => {
        const root = pseudonymId === null ? null : await rootOf(snapshot, pseudonymId);
        return root === null || descriptor === null ? null : pseudonymOf(descriptor, root);
      },
    }),
    onBehalfOf: t.field({
      type: Organization,
      nullable: true,
      description: 'The organization that is spoken for; null when the report does not say.',
      ...toOneOrNone(actorById, 'onBehalfOfId'),
    }),
  }),
});

export const RelayType = builder.objectRef<At<Relay>>('Relay').implement({
  description: 'One link of the chain by which a statement reached us.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RelayKind, description: 'What they did with it.' }),
    actor: t.field({
      type: Actor,
      nullable: true,
      description: 'Who, where the record has them.',
      ...toOneOrNone(actorById, 'actorId'),
    }),
    descriptor: t.exposeString('descriptor', {
      nullable: true,
      description: 'Who, as published; null where `actor` says it.',
    }),
  }),
});

export const TranslationType = builder.objectRef<Translation>('Translation').implement({
  description: 'A statement’s words in another language. The original is never replaced.',
  fields: (t) => ({
    language: t.expose('language', { type: 'Locale', description: 'The language.' }),
    text: t.exposeString('text', { description: 'The words.' }),
    by: t.expose('by', { type: TranslatedBy, description: 'Who translated them.' }),
    translator: t.exposeString('translator', {
      nullable: true,
      description: 'The translator’s name; null when not known.',
    }),
  }),
});

export const Appearance = builder.objectRef<At<AppearanceModel>>('Appearance').implement({
  description:
    'A report carrying a statement: the exact words there, with a little of what stands around them (a W3C text-quote selector).',
  fields: (t) => ({
    report: t.field({
      type: Report,
      description: 'Which report.',
      ...toOne(reportById, 'reportId'),
    }),
    exact: t.exposeString('exact', {
      nullable: true,
      description: 'The words as they stand there, garbled ones too; null when not kept.',
    }),
    prefix: t.exposeString('prefix', { nullable: true, description: 'What stands before them; null when not kept.' }),
    suffix: t.exposeString('suffix', { nullable: true, description: 'What stands after them; null when not kept.' }),
    medium: t.exposeString('medium', {
      nullable: true,
      description: 'Where it was said, as in “State of the Union, CNN”; null when it was to the report itself.',
    }),
    republishedFrom: t.field({
      type: Report,
      nullable: true,
      description: 'The report that this one took it from; such a copy corroborates nothing.',
      ...toOneOrNone(reportById, 'republishedFromId'),
    }),
  }),
});
