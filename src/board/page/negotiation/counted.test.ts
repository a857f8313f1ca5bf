import { describe, expect, it } from 'vitest';
import { togetherOf } from './counted.ts';

const claim = (low: number | null, high: number | null) => ({ low, high });

describe('what claims of how many come to together', () => {
  it.each([
    ['all allow a range', [claim(10, 60), claim(20, null)], claim(20, 60), claim(10, null), [true, 20, 60]],
    ['no low end that nobody gave', [claim(null, 50), claim(null, 60)], claim(0, 50), claim(0, 60), [true, null, 50]],
    ['a 0 that somebody gave', [claim(0, 50), claim(null, 60)], claim(0, 50), claim(0, 60), [true, 0, 50]],
    ['claims that do not agree', [claim(1, 2), claim(5, 6)], null, claim(1, 6), [false, 1, 6]],
    ['no low end where one claim has none', [claim(null, 5), claim(7, 9)], null, claim(0, 9), [false, null, 9]],
    ['no end at all', [claim(null, 50), claim(100, null)], null, claim(0, null), [false, null, null]],
  ] as const)('is %s', (_, latestClaims, agreed, envelope, [isAgreed, low, high]) => {
    expect(togetherOf({ latestClaims, agreed, envelope } as never)).toEqual({ isAgreed, low, high });
  });

  it('is nothing where fewer than two give a number', () => {
    const latestClaims = [claim(5, 5), claim(null, null)];
    expect(togetherOf({ latestClaims, agreed: claim(5, 5), envelope: claim(5, 5) } as never)).toBeNull();
  });
});
