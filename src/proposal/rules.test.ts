import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type AnswerKind,
  answerProblem,
  answersThatCount,
  counterProblem,
  type GivenIn,
  type ProposalStatus,
  partiesProblem,
  statusOf,
} from './rules.ts';

const tabled = { byId: 'qatar', toIds: ['israel', 'hamas'], lapsed: false };
const answer = (byId: string, kind: AnswerKind): Answer => ({ byId, kind });

describe('a proposal to two parties', () => {
  it.each<[string, ProposalStatus, Answer[]]>([
    ['nobody has answered', 'TABLED', []],
    ['only one has accepted', 'TABLED', [answer('israel', 'ACCEPT')]],
    ['both have accepted', 'ACCEPTED', [answer('israel', 'ACCEPT'), answer('hamas', 'ACCEPT')]],
    ['one has countered', 'COUNTERED', [answer('israel', 'ACCEPT'), answer('hamas', 'COUNTER')]],
    ['one has rejected', 'REJECTED', [answer('israel', 'REJECT'), answer('hamas', 'ACCEPT')]],
    ['one has rejected and one countered', 'REJECTED', [answer('israel', 'REJECT'), answer('hamas', 'COUNTER')]],
    ['one first rejected, then countered', 'COUNTERED', [answer('hamas', 'REJECT'), answer('hamas', 'COUNTER')]],
    [
      'one took its yes back before the other gave it',
      'REJECTED',
      [answer('israel', 'ACCEPT'), answer('israel', 'REJECT'), answer('hamas', 'ACCEPT')],
    ],
    [
      'one took its yes back after both gave it',
      'ACCEPTED',
      [answer('israel', 'ACCEPT'), answer('hamas', 'ACCEPT'), answer('israel', 'REJECT')],
    ],
    ['an observer has rejected', 'TABLED', [answer('egypt', 'REJECT')]],
  ])('when %s is %s', (_, status, answers) => {
    expect(statusOf(answers, tabled)).toBe(status);
  });

  it('stays lapsed once it has lapsed', () => {
    const lapsed = { ...tabled, lapsed: true };
    expect(statusOf([], lapsed)).toBe('LAPSED');
    expect(statusOf([answer('israel', 'ACCEPT'), answer('hamas', 'ACCEPT')], lapsed)).toBe('LAPSED');
  });
});

describe('a proposal to nobody', () => {
  it('stays tabled', () => {
    expect(statusOf([answer('hamas', 'ACCEPT')], { ...tabled, toIds: [] })).toBe('TABLED');
  });
});

describe('an answer', () => {
  const accepted = [answer('israel', 'ACCEPT'), answer('hamas', 'ACCEPT')];

  it('is welcome from a party whose acceptance is needed, again and again', () => {
    expect(answerProblem(tabled, [], 'hamas')).toBeNull();
    expect(answerProblem(tabled, [answer('hamas', 'REJECT')], 'hamas')).toBeNull();
    expect(answerProblem(tabled, [answer('israel', 'COUNTER')], 'hamas')).toBeNull();
  });

  it.each([
    ['The party that tabled the proposal cannot answer it.', { ...tabled, toIds: ['qatar'] }, [], 'qatar'],
    ['Only a party whose acceptance the proposal needs can answer it.', tabled, [], 'egypt'],
    ['The proposal has lapsed; table a new one instead.', { ...tabled, lapsed: true }, [], 'hamas'],
    ['Every party has accepted the proposal; record a change of heart as an event.', tabled, accepted, 'hamas'],
  ])('is refused: %s', (problem, proposal, answers, byId) => {
    expect(answerProblem(proposal, answers, byId)).toBe(problem);
  });
});

describe('the answers that count', () => {
  const given = (day: string, stands = true): GivenIn => ({
    stands,
    said: { earliest: new Date(`${day}T00:00:00.000Z`), latest: new Date(`${day}T23:59:59.999Z`) },
  });
  const [first, second, third] = ['first', 'second', 'third'].map((statementId) => ({
    statementId,
    byId: 'hamas',
    kind: 'REJECT' as const,
  }));
  const answers = [first, second, third].filter((answer) => answer !== undefined);

  it('are those whose statement stands', () => {
    const statements = new Map([
      ['first', given('2023-10-28')],
      ['second', given('2023-10-28', false)],
    ]);
    expect(answersThatCount(answers, statements)).toEqual([first]);
  });

  it('are those that can still be read', () => {
    const blank = { statementId: 'first', byId: null, kind: null };
    expect(answersThatCount([blank], new Map([['first', given('2023-10-28')]]))).toEqual([]);
  });

  it('come in the order in which they were said, not in that in which they were recorded', () => {
    const statements = new Map([
      ['first', given('2023-10-30')],
      ['second', given('2023-10-28')],
      ['third', given('2023-10-30')],
    ]);
    expect(answersThatCount(answers, statements)).toEqual([second, first, third]);
  });
});

describe('a proposal', () => {
  it('is made to somebody else, each named once', () => {
    expect(partiesProblem('qatar', ['israel', 'hamas'])).toBeNull();
    expect(partiesProblem('qatar', [])).toMatch('is empty');
    expect(partiesProblem('qatar', ['israel', 'qatar'])).toMatch('names the party that tables');
    expect(partiesProblem('qatar', ['israel', 'israel'])).toMatch('twice');
  });
});

describe('a counter-proposal', () => {
  it('is another proposal, and comes with a counter only', () => {
    expect(counterProblem('COUNTER', 'one', 'two')).toBeNull();
    expect(counterProblem('COUNTER', 'one', null)).toBeNull();
    expect(counterProblem('ACCEPT', 'one', null)).toBeNull();
    expect(counterProblem('ACCEPT', 'one', 'two')).toMatch('COUNTER only');
    expect(counterProblem('COUNTER', 'one', 'one')).toMatch('itself');
  });
});
