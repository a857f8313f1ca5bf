import { describe, expect, it } from 'vitest';
import { type Attribution, attributionProblem, independentChains, textQuoteProblem } from './rules.ts';

describe('independent chains', () => {
  it.each<[string, number, (string | null)[]]>([
    ['two origins, be it in one article,', 2, ['al-Ansari', 'one source familiar with the discussions']],
    ['one origin, in however many articles,', 1, ['al-Ansari', 'al-Ansari', 'al-Ansari']],
    ['the same descriptor twice, which may be one person,', 1, ['a senior US official', 'A senior  US official']],
    ['an origin, and what comes from nobody knows where,', 1, ['Sullivan', null, null]],
    ['two origins, and what comes from nobody knows where,', 2, [null, 'Sullivan', 'al-Ansari']],
    ['nothing but what comes from nobody knows where', 1, [null, null]],
    ['nothing at all', 0, []],
  ])('behind %s number %i', (_, count, origins) => {
    expect(independentChains(origins)).toBe(count);
  });
});

describe('attribution', () => {
  const nobody: Attribution = {
    kind: 'UNKNOWN',
    personId: null,
    descriptor: null,
    onBehalfOfId: null,
    level: 'NOT_STATED',
  };

  it.each<Partial<Attribution>>([
    { kind: 'NAMED_PERSON', personId: 'p', level: 'ON_THE_RECORD' },
    { kind: 'NAMED_PERSON', personId: 'p', descriptor: 'the spokesperson' },
    { kind: 'UNNAMED_PERSON', descriptor: 'a senior US official', level: 'BACKGROUND' },
    { kind: 'UNNAMED_GROUP', descriptor: 'sources', level: 'DEEP_BACKGROUND' },
    { kind: 'COLLECTIVE', onBehalfOfId: 'israel', level: 'ON_THE_RECORD' },
    { kind: 'DOCUMENT', descriptor: 'a draft seen by CNN', level: 'BACKGROUND' },
    {},
  ])('may be %j', (source) => {
    expect(attributionProblem({ ...nobody, ...source })).toBeNull();
  });

  it.each<[string, Partial<Attribution>]>([
    [
      'A named source needs the person; if only a descriptor was published, the source is unnamed.',
      { kind: 'NAMED_PERSON', descriptor: 'an official' },
    ],
    [
      'An unnamed source must not be linked to a person: who it is has no place in the record.',
      { kind: 'UNNAMED_PERSON', personId: 'p', descriptor: 'an official' },
    ],
    ['An unnamed source needs its descriptor, word for word as published.', { kind: 'UNNAMED_GROUP', descriptor: ' ' }],
    ['A collective or a document needs its descriptor or an organization.', { kind: 'COLLECTIVE' }],
    ['A collective or a document needs its descriptor or an organization.', { kind: 'DOCUMENT' }],
    [
      'An unknown source has neither a person nor a descriptor; choose the kind that fits what was published.',
      { descriptor: 'an official' },
    ],
    [
      'An unknown source has neither a person nor a descriptor; choose the kind that fits what was published.',
      { personId: 'p' },
    ],
    [
      'A source that is not named is not on the record; choose background, deep background or not stated.',
      { kind: 'UNNAMED_PERSON', descriptor: 'an official', level: 'ON_THE_RECORD' },
    ],
    [
      'A source that is not named is not on the record; choose background, deep background or not stated.',
      { kind: 'UNNAMED_GROUP', descriptor: 'sources', level: 'ON_THE_RECORD' },
    ],
    [
      'A source that is not named is not on the record; choose background, deep background or not stated.',
      { level: 'ON_THE_RECORD' },
    ],
    [
      'A source on background must not be named; credit the published descriptor instead.',
      { kind: 'NAMED_PERSON', personId: 'p', level: 'BACKGROUND' },
    ],
    [
      'Only a named person is credited as a person; a collective or a document is not one.',
      { kind: 'COLLECTIVE', personId: 'p', descriptor: 'the panel', level: 'DEEP_BACKGROUND' },
    ],
  ])('is refused: %s', (problem, source) => {
    expect(attributionProblem({ ...nobody, ...source })).toBe(problem);
  });
});

describe('a text quote', () => {
  it.each([
    [
      'needs words',
      { exact: ' ', prefix: null, suffix: null },
      'The quote needs the exact words as they stand in the report.',
    ],
    [
      'cannot have a prefix alone',
      { exact: null, prefix: 'as ', suffix: null },
      'Text before or after a quote needs the quote itself.',
    ],
    [
      'cannot have a suffix alone',
      { exact: null, prefix: null, suffix: '.' },
      'Text before or after a quote needs the quote itself.',
    ],
    ['may stand alone', { exact: '50/50', prefix: null, suffix: null }, null],
    ['may not have been kept', { exact: null, prefix: null, suffix: null }, null],
  ])('%s', (_, quote, problem) => {
    expect(textQuoteProblem(quote)).toBe(problem);
  });
});
