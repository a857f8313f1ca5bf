import { Organization, Person } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import {
  dateColumns,
  dateOf,
  dateProperties,
  PartialDateInput,
  PartialDateType,
  readPartialDate,
} from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { enumOf } from '../graphql/enums.ts';
import { externalId, keptTo, negotiationKeptTo } from '../graphql/fields.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { type Planned, toOne, toOneOrNone } from '../graphql/reference.ts';
import type { At } from '../ledger/snapshot.ts';
import { type Byline, reportById, reportsOf } from './store.ts';

const ReportKind = enumOf('ReportKind', 'The form of a report.', {
  ARTICLE: 'A written article.',
  BROADCAST: 'A programme on radio or television.',
  RELEASE: 'A release by whoever speaks in it.',
  POST: 'A post on a social network.',
});

const BylineCredit = enumOf<Byline['credit']>('BylineCredit', 'What somebody did for a report.', {
  AUTHOR: 'Wrote it.',
  CONTRIBUTOR: 'Contributed to it.',
  PRESENTER: 'Presented it.',
  EDITOR: 'Edited it.',
});

export const Report = subjectRef('Report', reportById);

const BylineType = builder.objectRef<At<Byline>>('Byline').implement({
  description: 'Whose name stands on a report.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name as it stands there.' }),
    person: t.field({
      type: Person,
      nullable: true,
      description: 'The person, where the record has them.',
      ...toOneOrNone(actorById, 'personId'),
    }),
    credit: t.expose('credit', { type: BylineCredit, description: 'What they did for it.' }),
  }),
});

builder.node(Report, {
  ...nodeOptions('Report'),
  description: 'The article, broadcast or release that carried something.',
  fields: (t) => ({
    outlet: t.field({
      type: Organization,
      description: 'Who published it.',
      ...toOne(actorById, 'outletId'),
    }),
    kind: t.expose('kind', { type: ReportKind, description: 'Its form.' }),
    headline: t.exposeString('headline', {
      nullable: true,
      description: 'Its headline or title; null when it has none.',
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'Where it stands; null when not known.',
      extensions: { reads: ['url'] } satisfies Planned,
      resolve: ({ url }) => (url === null ? null : new URL(url)),
    }),
    bylines: t.field({
      type: [BylineType],
      description: 'Whose names stand on it, in order.',
      extensions: { reads: ['bylines'] } satisfies Planned,
      resolve: ({ bylines, snapshot }) => snapshot.hold(bylines as unknown as Byline[]),
    }),
    language: t.expose('language', {
      type: 'Locale',
      nullable: true,
      description: 'Its language; null when not recorded.',
    }),
    dateline: t.exposeString('dateline', {
      nullable: true,
      description: 'The place that it says it was written at; null when it says none.',
    }),
    published: t.field({
      type: PartialDateType,
      nullable: true,
      description: 'When it came out, as exactly as is known.',
      extensions: { reads: dateProperties('published') } satisfies Planned,
      resolve: (row) => dateOf('published', row),
    }),
  }),
});

builder.objectField(Organization, 'reports', (t) =>
  t.connection({
    type: Report,
    description: 'What it published, the one recorded last first.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, reportsOf(), id, args, info),
  }),
);

const BylineInput = builder.inputType('BylineInput', {
  description: 'Whose name stands on a report.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name as it stands there.' }),
    personId: t.id({ description: 'The person, where the record has them.' }),
    credit: t.field({ type: BylineCredit, required: true, description: 'What they did for it.' }),
  }),
});

deskMutation('recordReport', {
  description: 'Adds an article, broadcast or release that carried something.',
  input: builder.inputType('RecordReportInput', {
    description: 'A report.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: keptTo(t),
      outletId: t.id({
        required: true,
        description: 'Who published it; an organization of the kind NEWS_OUTLET, or the one whose release it is.',
      }),
      kind: t.field({ type: ReportKind, required: true, description: 'Its form.' }),
      headline: t.string({ description: 'Its headline or title.' }),
      url: t.field({ type: 'URL', description: 'Where it stands.' }),
      bylines: t.field({ type: [BylineInput], description: 'Whose names stand on it, in order.' }),
      language: t.field({ type: 'Locale', description: 'Its language.' }),
      dateline: t.string({ description: 'The place that it says it was written at.' }),
      published: t.field({ type: PartialDateInput, description: 'When it came out.' }),
    }),
  }),
  returns: { field: 'report', type: Report, description: 'The report.' },
  plan: (input, work) => {
    const negotiationId = negotiationKeptTo(input, work);
    const outlet = work.the('Organization', input.outletId, ['outletId']);
    if (input.kind !== 'RELEASE' && input.kind !== 'POST' && outlet.organizationKind !== 'NEWS_OUTLET') {
      work.problem(['outletId'], 'is not a news outlet; only a release or a post may come from another organization.');
    }
    const bylines: Byline[] = (input.bylines ?? []).map(({ name, personId, credit }, index) => ({
      name,
      personId: work.maybe('Person', personId, ['bylines', index, 'personId'])?.id ?? null,
      credit,
    }));
    const published = input.published ? readPartialDate(input.published, work, ['published']) : null;
    return work.record(
      'Report',
      {
        negotiationId,
        outletId: outlet.id,
        kind: input.kind,
        headline: input.headline ?? null,
        url: input.url?.href ?? null,
        bylines: bylines as never,
        language: input.language ?? null,
        dateline: input.dateline ?? null,
        ...dateColumns('published', published),
      },
      { negotiationId },
    );
  },
});
