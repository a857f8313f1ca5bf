import { describe, expect, it } from 'vitest';
import { quotedIn } from './quotes.ts';

describe('the source’s own words', () => {
  it.each([
    ['Talks go on.', ['Talks go on.'], []],
    ['It is “very likely”.', ['It is ', '.'], ['“very likely”']],
    ['« Oui », puis « non »', [', puis '], ['« Oui »', '« non »']],
    ['said "no" and “yes”', ['said ', ' and '], ['"no"', '“yes”']],
    ['He said “never closed', ['He said “never closed'], []],
    ['“a', ['“a'], []],
    ['', [], []],
  ])('in %s stand apart', (text, others, own) => {
    const stretches = quotedIn(text);
    expect(stretches.filter((stretch) => !stretch.own).map((stretch) => stretch.text)).toEqual(others);
    expect(stretches.filter((stretch) => stretch.own).map((stretch) => stretch.text)).toEqual(own);
    expect(stretches.map((stretch) => stretch.text).join('')).toBe(text);
  });
});
