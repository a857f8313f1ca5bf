import { describe, expect, it } from 'vitest';
import type { StatementLineFragment } from '../generated/operations.ts';
import { applied } from './statements.ts';

const saidAt = (minute: number): StatementLineFragment => {
  const instant = new Date(Date.UTC(2026, 2, 2) + minute * 60_000).toISOString();
  return { id: String(minute), said: { earliest: instant, latest: instant } } as StatementLineFragment;
};
const published = (minute: number) => ({ __typename: 'StatementPublished', statement: saidAt(minute) }) as never;
const ids = (list: readonly StatementLineFragment[]) => list.map(({ id }) => Number(id));

describe('what is published while a list is shown', () => {
  const list = [9, 7, 5].map(saidAt);

  it('comes to its place by when it was said, or on top by when it was recorded', () => {
    expect(ids(applied(list, [published(6), published(10)], 'said', true))).toEqual([10, 9, 7, 6, 5]);
    expect(ids(applied(list, [published(6)], 'recorded', true))).toEqual([6, 9, 7, 5]);
  });

  it('is left out where what stands beside it is not read yet, and last where all is read', () => {
    expect(ids(applied(list, [published(3)], 'said', true))).toEqual([9, 7, 5]);
    expect(ids(applied(list, [published(3)], 'said', false))).toEqual([9, 7, 5, 3]);
  });

  it('and is corrected to an earlier day is left out in the same way', () => {
    const statement = { ...saidAt(3), id: '7' };
    const corrected = { __typename: 'StatementCorrected', statement } as never;
    expect(ids(applied(list, [corrected], 'said', true))).toEqual([9, 5]);
  });
});
