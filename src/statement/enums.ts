import { enumOf } from '../graphql/enums.ts';
import type { StatementOrder as Order, Relay, Translation } from './store.ts';

export const StatementState = enumOf('StatementState', 'Whether a statement stands.', {
  PUBLISHED: 'It stands.',
  WITHDRAWN: 'The desk withdrew it; it can be read, and claims nothing any more.',
  EXPUNGED: 'Its content was erased, for legal or safety reasons.',
});

export const SourceKind = enumOf('SourceKind', 'What kind of source a statement is credited to.', {
  NAMED_PERSON: 'A person, by name.',
  UNNAMED_PERSON: 'One person, by a description only.',
  UNNAMED_GROUP: 'Several persons, by a description only, as in “sources”.',
  COLLECTIVE: 'An organization as a whole, as in “Israel said”.',
  DOCUMENT: 'A document.',
  UNKNOWN: 'The report does not say.',
});

export const AttributionLevel = enumOf(
  'AttributionLevel',
  'On what terms a source spoke. Off the record is not recorded at all.',
  {
    ON_THE_RECORD: 'By name.',
    BACKGROUND: 'As described, not by name.',
    DEEP_BACKGROUND: 'Without being described.',
    NOT_STATED: 'The report does not say.',
  },
);

export const QuotationType = enumOf('QuotationType', 'Whose words they are.', {
  DIRECT: 'The speaker’s, in quotation marks.',
  MIXED: 'The reporter’s, with some of the speaker’s in quotation marks.',
  INDIRECT: 'The reporter’s, of what was said.',
  REPORTED_ACT: 'The reporter’s, of what was done by saying it.',
});

export const SpeechAct = enumOf(
  'SpeechAct',
  'What was done by saying it. A promised release is not a release: deeds are events.',
  {
    COMMENT: 'Remarked on something.',
    ASSESS: 'Judged how things stand, or how they will go.',
    CONFIRM: 'Said that something is so.',
    DENY: 'Said that something is not so.',
    DECLINE_COMMENT: 'Would not say.',
    ANNOUNCE: 'Made something known.',
    DEMAND: 'Demanded something.',
    REQUEST: 'Asked for something.',
    OFFER: 'Offered something.',
    PROMISE: 'Promised something.',
    ACCEPT: 'Accepted something.',
    REJECT: 'Rejected something.',
    CONCEDE: 'Gave way on something.',
    THREATEN: 'Threatened something.',
    ACCUSE: 'Accused somebody.',
    APPEAL: 'Called on somebody to do something.',
    CONSULT: 'Talked with somebody.',
    MEDIATE: 'Carried something between parties.',
  },
);

export const RelayKind = enumOf<Relay['kind']>('RelayKind', 'What somebody did with a statement on its way to us.', {
  HOLDER: 'Knew it first.',
  RELAYED_BY: 'Passed it on.',
  TOLD_TO: 'Was told, and published it.',
  REPUBLISHED_BY: 'Published another’s report of it.',
});

export const TranslatedBy = enumOf<Translation['by']>('TranslatedBy', 'Who translated it.', {
  OUTLET: 'The outlet that carried it.',
  DESK: 'This desk.',
  SPEAKERS_OFFICE: 'The speaker’s own office.',
});

export const RelationKind = enumOf('RelationKind', 'What one statement is to another.', {
  REPEATS: 'Says the same again.',
  CORROBORATES: 'Says the same, on its own knowledge.',
  CONTRADICTS: 'Says that it is not so.',
  SHIFTS_FROM: 'The same side, elsewhere than before.',
  RESPONDS_TO: 'Answers it.',
});

export const Reliability = enumOf('Reliability', 'The desk’s grading of a source (Admiralty code).', {
  A: 'Completely reliable.',
  B: 'Usually reliable.',
  C: 'Fairly reliable.',
  D: 'Not usually reliable.',
  E: 'Unreliable.',
  F: 'Cannot be judged.',
});

export const StatementOrder = enumOf<Order>('StatementOrder', 'In which order statements come.', {
  NEWEST_RECORDED: 'The one that entered the record last comes first.',
  NEWEST_SAID: 'The one that was said last comes first, by the last instant at which it may have been said.',
});
