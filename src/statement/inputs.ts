import { PartialDateInput } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import type { InputFields } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { claimKinds } from './claims.ts';
import {
  AttributionLevel,
  QuotationType,
  RelationKind,
  RelayKind,
  Reliability,
  SourceKind,
  SpeechAct,
  TranslatedBy,
} from './enums.ts';

const TEXT = bounds({ maxLength: 20_000 });

export const SourceInput = builder.inputType('SourceInput', {
  description: 'Whom a statement is credited to. Nothing here can hold who an unnamed source is.',
  fields: (t) => ({
    kind: t.field({ type: SourceKind, required: true, description: 'What kind of source.' }),
    personId: t.id({ description: 'Who, for a NAMED_PERSON only.' }),
    postId: t.id({
      description: 'The post to credit, when the person held several that day; else the one held then is credited.',
    }),
    descriptor: t.string({ description: 'The source as published, word for word: “a senior US official”.' }),
    onBehalfOfId: t.id({ description: 'The organization that is spoken for.' }),
  }),
});

export const RelayInput = builder.inputType('RelayInput', {
  description: 'One link of the chain by which a statement reached us: an actor, or a description of one.',
  fields: (t) => ({
    kind: t.field({ type: RelayKind, required: true, description: 'What they did with it.' }),
    actorId: t.id({ description: 'Who, where the record has them.' }),
    descriptor: t.string({ description: 'Who, as published.' }),
  }),
});

export const TranslationInput = builder.inputType('TranslationInput', {
  description: 'The words in another language; the original stays.',
  fields: (t) => ({
    language: t.field({ type: 'Locale', required: true, description: 'The language.' }),
    text: t.string({ required: true, ...TEXT, description: 'The words.' }),
    by: t.field({ type: TranslatedBy, required: true, description: 'Who translated them.' }),
    translator: t.string({ description: 'The translator’s name, where it is known.' }),
  }),
});

export const AppearanceInput = builder.inputType('AppearanceInput', {
  description: 'A report that carries the statement, and where in it (a W3C text-quote selector).',
  fields: (t) => ({
    reportId: t.id({ required: true, description: 'Which report.' }),
    exact: t.string({ ...TEXT, description: 'The words as they stand there; garbled ones stay garbled.' }),
    prefix: t.string({ description: 'A little of what stands before them.' }),
    suffix: t.string({ description: 'A little of what stands after them.' }),
    medium: t.string({ description: 'Where it was said, as in “State of the Union, CNN”.' }),
    republishedFromId: t.id({ description: 'The report that this one took it from.' }),
  }),
});

export const RelationInput = builder.inputType('RelationInput', {
  description: 'What the statement is to another of the same record.',
  fields: (t) => ({
    kind: t.field({ type: RelationKind, required: true, description: 'What it is to it.' }),
    toId: t.id({ required: true, description: 'The other statement.' }),
  }),
});

/** The editor's answer to the warning that what somebody who is not named is described by holds known names. */
export function descriptorAnswer(t: InputFields) {
  return t.string({
    description: 'The `answer` of a DescriptorWarning, of whoever looked at the names and stands by the description.',
  });
}

/** The fields of a statement, for publishing all of it or for correcting some of it. */
function content<Required extends boolean>(t: InputFields, required: Required) {
  return {
    text: t.string({
      required,
      ...TEXT,
      description: 'What was said, in the words of the record; quoted fragments in quotation marks.',
    }),
    language: t.field({ type: 'Locale', description: 'The language of `text`; English when left out.' }),
    quotationType: t.field({ type: QuotationType, required, description: 'Whose words they are.' }),
    speechActs: t.field({ type: [SpeechAct], required, description: 'What was done by saying it.' }),
    source: t.field({ type: SourceInput, required, description: 'Whom it is credited to.' }),
    attributionLevel: t.field({ type: AttributionLevel, required, description: 'On what terms the source spoke.' }),
    attributionInferred: t.boolean({ description: 'Whether those terms are the desk’s inference; no when left out.' }),
    said: t.field({ type: PartialDateInput, required, description: 'When it was said.' }),
    viewOfId: t.id({ description: 'Whose view is reported, when it is not the source’s own.' }),
    addressedToId: t.id({ description: 'Whom it was said to, where that matters: a demand, a threat, an appeal.' }),
    aboutIds: t.idList({
      description:
        'The terms, events, held groups, channels, proposals and outcomes of the negotiation that it is about.',
    }),
    relays: t.field({
      type: [RelayInput],
      description: 'The way by which it reached us, from its origin to the reader.',
    }),
    translations: t.field({ type: [TranslationInput], description: 'The words in other languages.' }),
    appearances: t.field({ type: [AppearanceInput], description: 'The reports that carry it.' }),
    relations: t.field({ type: [RelationInput], description: 'What it is to other statements.' }),
    reliability: t.field({ type: Reliability, description: 'The desk’s grading of the source, A to F.' }),
    credibility: t.int({
      description: 'The desk’s grading of the information, 1 (confirmed) to 6 (cannot be judged).',
    }),
    ...(Object.fromEntries(
      claimKinds.map(({ field, input, description }) => [field, t.field({ type: [input as never], description })]),
    ) as object),
  };
}

export const StatementInput = builder.inputType('StatementInput', {
  description: 'What a source said, and all that it says about the record’s terms, events and outcomes.',
  fields: (t) => content(t, true),
});

export const StatementChangesInput = builder.inputType('StatementChangesInput', {
  description: 'What is to be otherwise; what is left out stays as it is, and a list is replaced whole.',
  fields: (t) => content(t, false),
});
