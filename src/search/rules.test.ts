import { describe, expect, it } from 'vitest';
import { highlightHtml, isOnlyExclusion, mayBeName, soughtIn, withoutOrder } from './rules.ts';

describe('a search', () => {
  it.each(['Al Ansari', 'al-Ansari', 'J. R. Biden', 'O’Neill', 'ماجد الأنصاري', 'Oren', '3rd Brigade'])(
    'may be a name: %s',
    (query) => {
      expect(mayBeName(query)).toBe(true);
    },
  );

  it.each(['"Al Ansari"', 'Ansari -Majed', '-Ansari', 'Ansari or Biden', 'a: b', 'word '.repeat(20)])(
    'is more than a name: %s',
    (query) => {
      expect(mayBeName(query)).toBe(false);
    },
  );

  const english = { language: 'english', query: "'crane'", tree: "'crane'" };
  const french = { language: 'french', query: "'cran'", tree: "'cran'" };
  const stopWords = { language: 'german', query: '', tree: '' };
  const exclusion = { language: 'greek', query: "!'x'", tree: 'T' };

  it('looks for what each language makes of it, in that language', () => {
    expect(soughtIn([english], [])).toEqual({ found: "('crane')", words: "('crane')" });
    expect(soughtIn([english, french, stopWords, exclusion], ['id'])).toEqual({
      found: "('@english' & ('crane')) | ('@french' & ('cran')) | '@id'",
      words: "('crane') | ('cran')",
    });
  });

  it('of stop words alone looks for nothing, or for who is called like that', () => {
    expect(soughtIn([stopWords], [])).toBeNull();
    expect(soughtIn([stopWords], ['id'])).toEqual({ found: "'@id'", words: null });
    expect(soughtIn([], [])).toBeNull();
  });

  it('only excludes when no language makes more of it', () => {
    expect(isOnlyExclusion([exclusion, stopWords])).toBe(true);
    expect(isOnlyExclusion([exclusion, english])).toBe(false);
    expect(isOnlyExclusion([stopWords])).toBe(false);
    expect(isOnlyExclusion([])).toBe(false);
  });

  it('without its order asks for the words alone', () => {
    expect(withoutOrder("'old' <-> 'crane' <2> 'quay' & !'x'")).toBe("'old' & 'crane' & 'quay' & !'x'");
  });
});

describe('a highlight', () => {
  it('has the marks of every way in which the text was marked, each place once', () => {
    expect(highlightHtml(['<a> [b] & c d', '<a> b & [c] d', '<[a]> [b & c] d'], '[', ']')).toBe(
      '&lt;<mark>a</mark>&gt; <mark>b &amp; c</mark> d',
    );
  });

  it('is the text where nothing is marked', () => {
    expect(highlightHtml(['a & b'], '[', ']')).toBe('a &amp; b');
  });
});
