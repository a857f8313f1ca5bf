import { describe, expect, it } from 'vitest';
import { type Effect, isContested } from './rules.ts';

describe('an event', () => {
  it.each<[string, boolean, Effect[]]>([
    ['one source says it helps and another that it hinders', true, ['HELPS', 'HINDERS', 'NONE']],
    ['all say that it helps', false, ['HELPS', 'HELPS']],
    ['one source alone weighs both', false, ['MIXED']],
    ['one says it helps and one weighs both', false, ['HELPS', 'MIXED']],
    ['one says it hinders and one sees no effect', false, ['HINDERS', 'NONE']],
    ['nobody has assessed it', false, []],
  ])('when %s is contested: %s', (_, expected, said) => {
    expect(isContested(new Set(said))).toBe(expected);
  });
});
