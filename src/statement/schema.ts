import { Actor, Person } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { LedgerEntryModel, RelationModel } from '../database/generated/models.ts';
import { dateOf, dateProperties, PartialDateType } from '../date/schema.ts';
import { readAsOf } from '../graphql/as-of.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { AsOfInput } from '../graphql/fields.ts';
import { readId } from '../graphql/ids.ts';
import { nodeOptions, subjectAt, subjectRef } from '../graphql/node.ts';
import { aheadOf, type Planned, toMany, toOne, toOneOrNone } from '../graphql/reference.ts';
import { required } from '../ledger/maybe-promise.ts';
import type { At } from '../ledger/snapshot.ts';
import type { Subject } from '../ledger/subjects.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Appearance, RelayType, Source, TranslationType } from './attribution.ts';
import { corroborationOf } from './corroboration.ts';
import {
  AttributionLevel,
  QuotationType,
  RelationKind,
  Reliability,
  SpeechAct,
  StatementOrder,
  StatementState,
} from './enums.ts';
import { readFilter, StatementFilterInput } from './filter.ts';
import {
  appearancesOf,
  historyOf,
  type Relay,
  relationsOf,
  relationsTo,
  statementById,
  statements,
  type Translation,
} from './store.ts';

export const Statement = subjectRef('Statement', statementById);

const Relation = builder.objectRef<At<RelationModel>>('StatementRelation').implement({
  description: 'What one statement is to another.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RelationKind, description: 'What the first is to the second.' }),
    from: t.field({
      type: Statement,
      description: 'The first.',
      ...toOne(statementById, 'statementId'),
    }),
    to: t.field({
      type: Statement,
      description: 'The second.',
      ...toOne(statementById, 'toId'),
    }),
  }),
});

const HistoryItem = builder.objectRef<At<LedgerEntryModel>>('StatementVersion').implement({
  description: 'A statement as it stood from one change on.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'The position of the change.',
      resolve: ({ position, snapshot }) => snapshot.cursors.seal(position),
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When the change entered the record.' }),
    action: t.field({ type: StatementAction, description: 'What was done.', resolve: ({ action }) => action as never }),
    note: t.exposeString('note', { nullable: true, description: 'The desk’s note to readers: what changed, or why.' }),
    statement: t.field({
      type: Statement,
      description: 'The statement as it stood then.',
      ...toOne(statementById, 'subjectId', 'position'),
    }),
  }),
});

export const StatementAction = builder.enumType('StatementAction', {
  description: 'What was done to a statement.',
  values: {
    PUBLISHED: { description: 'It was published.' },
    CORRECTED: { description: 'A new version was published.' },
    WITHDRAWN: { description: 'It was marked withdrawn.' },
    EXPUNGED: { description: 'Its content was erased.' },
  } as const,
});

builder.node(Statement, {
  ...nodeOptions('Statement'),
  description: 'What a source said, as one report or several carried it.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it belongs to.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    state: t.expose('state', { type: StatementState, description: 'Whether it stands.' }),
    revision: t.exposeInt('revision', {
      description:
        '1 when published, and one more with each correction, withdrawal or expunction. A correction is written against one.',
    }),
    text: t.exposeString('text', { description: 'What was said, in the words of the record; empty once expunged.' }),
    language: t.expose('language', { type: 'Locale', description: 'The language of `text`.' }),
    quotationType: t.expose('quotationType', { type: QuotationType, description: 'Whose words they are.' }),
    speechActs: t.expose('speechActs', { type: [SpeechAct], description: 'What was done by saying it.' }),
    source: t.field({
      type: Source,
      description: 'Whom it is credited to.',
      extensions: { isRowItself: true } satisfies Planned,
      resolve: (statement) => statement,
    }),
    attributionLevel: t.expose('attributionLevel', {
      type: AttributionLevel,
      description: 'On what terms the source spoke.',
    }),
    attributionInferred: t.exposeBoolean('attributionInferred', {
      description: 'Whether those terms are the desk’s inference.',
    }),
    said: t.field({
      type: PartialDateType,
      description: 'When it was said, as exactly as is known.',
      extensions: { reads: dateProperties('said') } satisfies Planned,
      resolve: (row) => dateOf('said', row),
    }),
    viewOf: t.field({
      type: Actor,
      nullable: true,
      description: 'Whose view is reported; null when it is the source’s own.',
      ...toOneOrNone(actorById, 'viewOfId'),
    }),
    addressedTo: t.field({
      type: Actor,
      nullable: true,
      description: 'Whom it was said to, where that matters.',
      ...toOneOrNone(actorById, 'addressedToId'),
    }),
    about: t.field({
      type: [builder.nodeInterfaceRef()],
      description: 'The terms, events, held groups, channels, proposals and outcomes that it is about.',
      extensions: { reads: ['about'] } satisfies Planned,
      resolve: ({ about, snapshot }) =>
        Promise.all(
          (about as unknown as Subject[]).map(({ type, id }) => required(subjectAt(snapshot, type, id))),
        ) as never,
    }),
    relays: t.field({
      type: [RelayType],
      description:
        'The way by which it reached us, from its origin to the reader; empty when the source told the report itself.',
      extensions: { reads: ['relays'] } satisfies Planned,
      resolve: ({ relays, snapshot }) => snapshot.hold(relays as unknown as Relay[]),
    }),
    translations: t.field({
      type: [TranslationType],
      description: 'The words in other languages.',
      extensions: { reads: ['translations'] } satisfies Planned,
      resolve: ({ translations }) => translations as unknown as Translation[],
    }),
    appearances: t.field({
      type: [Appearance],
      description: 'The reports that carry it.',
      ...toMany(appearancesOf, 'id'),
    }),
    relations: t.field({
      type: [Relation],
      description: 'What it is to other statements.',
      ...toMany(relationsOf, 'id'),
    }),
    relatedBy: t.connection({
      type: Relation,
      description: 'What other statements are to it.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, relationsTo(), id, args, info),
    }),
    independentChains: t.int({
      description:
        'How many independent ways this reached the record: it and what corroborates it, counted by origin, where a syndicated copy adds nothing.',
      extensions: { reads: ['id'] } satisfies Planned,
      resolve: ({ id, snapshot }) => snapshot.load(corroborationOf, id),
    }),
    reliability: t.expose('reliability', {
      type: Reliability,
      nullable: true,
      description: 'The desk’s grading of the source; null when not graded.',
    }),
    credibility: t.exposeInt('credibility', {
      nullable: true,
      description:
        'The desk’s grading of the information, 1 (confirmed) to 6 (cannot be judged); null when not graded.',
    }),
    history: t.connection({
      type: HistoryItem,
      description:
        'How it came to read as it does: its publication, corrections, withdrawal or expunction, the first first.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, historyOf(), id, args, info),
    }),
  }),
});

const listArgs = {
  filter: () => ({ type: StatementFilterInput, description: 'Narrows the list; all of it when left out.' }),
  orderBy: () => ({ type: StatementOrder, defaultValue: 'NEWEST_RECORDED' as const, description: 'In which order.' }),
};

builder.objectField(Negotiation, 'statements', (t) =>
  t.connection({
    type: Statement,
    description: 'What was said, withdrawn statements included and marked.',
    args: { filter: t.arg(listArgs.filter()), orderBy: t.arg(listArgs.orderBy()) },
    resolve: ({ id, snapshot }, { filter, orderBy, ...args }, _context, info) => {
      const list = statements(readFilter(filter), orderBy ?? 'NEWEST_RECORDED', 'negotiation_id');
      return connectionOf(snapshot, list, id, args, info);
    },
  }),
);

builder.objectField(Person, 'statements', (t) =>
  t.connection({
    type: Statement,
    description: 'What the person said by name.',
    args: { filter: t.arg(listArgs.filter()), orderBy: t.arg(listArgs.orderBy()) },
    resolve: ({ id, snapshot }, { filter, orderBy, ...args }, _context, info) => {
      const list = statements(readFilter(filter), orderBy ?? 'NEWEST_RECORDED', 'speaker_id');
      return connectionOf(snapshot, list, id, args, info);
    },
  }),
);

builder.queryField('statement', (t) =>
  t.field({
    type: Statement,
    nullable: true,
    description: 'One statement, as it stands now or stood then; null when the record has, or had, none of that id.',
    args: {
      id: t.arg.id({ required: true, description: 'Its id.' }),
      asOf: t.arg({ type: AsOfInput, description: 'The moment to read it at; now when left out.' }),
    },
    resolve: async (_root, { id, asOf }, context, info) => {
      const snapshot = await context.at(readAsOf(asOf));
      return snapshot.load(statementById, readId('Statement', id), aheadOf(info));
    },
  }),
);
