import { describe, expect, it } from 'vitest';
import { contested, type Effect, sidesOf } from './rules.ts';

const impact = (effect: Effect, by: string) => ({ effect, by });
const israel = impact('HELPS', 'Israel');
const qatar = impact('HINDERS', 'Qatar');
const sullivan = impact('NONE', 'Sullivan');
const analyst = impact('MIXED', 'an analyst');

describe('an event', () => {
  it.each([
    ['one source says it helps and another that it hinders', true, [israel, qatar, sullivan]],
    ['all say that it helps', false, [israel, israel]],
    ['one source alone weighs both', false, [analyst]],
    ['one says it helps and one weighs both', false, [israel, analyst]],
    ['one says it hinders and one sees no effect', false, [qatar, sullivan]],
    ['nobody has assessed it', false, []],
  ])('when %s is contested: %s', (_, expected, impacts) => {
    expect(contested(impacts)).toBe(expected);
  });

  it('shows the sides beside each other, each in the order given', () => {
    const official = impact('HELPS', 'a US official');
    expect(sidesOf([official, qatar, analyst, israel, sullivan])).toEqual({
      helps: [official, israel],
      hinders: [qatar],
      mixed: [analyst],
      none: [sullivan],
    });
  });
});
