import { describe, expect, it } from 'vitest';
import { type HeldPost, periodProblem, postCreditedOn, postsHeldOn } from './rules.ts';

const day = (iso: string | null) => (iso ? new Date(`${iso}T00:00:00Z`) : null);
const on = (iso: string) => new Date(`${iso}T15:00:00Z`);
const post = (id: string, since: string | null, until: string | null): HeldPost => ({
  id,
  since: day(since),
  until: day(until),
});
const said = (earliest: string, latest = earliest) => ({
  earliest: on(earliest),
  latest: on(latest),
});
const ids = (posts: readonly HeldPost[]) => posts.map(({ id }) => id);

const spokesperson = post('spokesperson', '2021-06-01', '2023-06-30');
const adviser = post('adviser', '2022-01-01', null);
const scholar = post('scholar', null, '2021-12-31');
const career = [scholar, spokesperson, adviser];

describe('the posts held on a day', () => {
  it.each([
    ['2021-05-31', ['scholar']],
    ['2021-06-01', ['spokesperson', 'scholar']],
    ['2021-12-31', ['spokesperson', 'scholar']],
    ['2023-06-30', ['adviser', 'spokesperson']],
    ['2023-07-01', ['adviser']],
  ])('on %s are %j: first and last day included, the one taken up last first', (date, expected) => {
    expect(ids(postsHeldOn(career, on(date)))).toEqual(expected);
  });

  it('keep one order when taken up on the same day', () => {
    const b = post('b', '2021-06-01', null);
    const a = post('a', '2021-06-01', null);
    expect(ids(postsHeldOn([b, a], on('2022-01-01')))).toEqual(['a', 'b']);
    expect(ids(postsHeldOn([a, b], on('2022-01-01')))).toEqual(['a', 'b']);
  });
});

describe('the post that a statement is credited to', () => {
  it('is the one held when it was said, not the one held since', () => {
    expect(postCreditedOn([spokesperson, post('minister', '2024-01-01', null)], said('2022-05-05'))?.id).toBe(
      'spokesperson',
    );
  });

  it('is, of several held then, the one taken up last', () => {
    expect(postCreditedOn(career, said('2022-05-05'))?.id).toBe('adviser');
  });

  it('is none when the person held none then', () => {
    expect(postCreditedOn([spokesperson], said('2020-01-01'))).toBeNull();
    expect(postCreditedOn([], said('2020-01-01'))).toBeNull();
  });

  it('must cover every day on which it may have been said', () => {
    expect(postCreditedOn([spokesperson], said('2023-06-01', '2023-06-30'))?.id).toBe('spokesperson');
    expect(postCreditedOn([spokesperson], said('2023-06-01', '2023-07-01'))).toBeNull();
    expect(postCreditedOn([spokesperson], said('2021-05-31', '2021-06-02'))).toBeNull();
  });
});

describe('a period', () => {
  it('cannot end before it begins', () => {
    expect(periodProblem(day('2022-01-02'), day('2022-01-01'))).toBe(
      'The period ends on 2022-01-01, before it begins on 2022-01-02.',
    );
  });

  it.each([
    ['2022-01-01', '2022-01-01'],
    ['2022-01-01', '2022-01-02'],
    [null, '2022-01-01'],
    ['2022-01-01', null],
    [null, null],
  ])('may run from %s to %s', (since, until) => {
    expect(periodProblem(day(since), day(until))).toBeNull();
  });
});
