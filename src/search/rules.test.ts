import { describe, expect, it } from 'vitest';
import { armsOf, highlightHtml, isOnlyExclusion, mayBeName, partsOf, soughtIn } from './rules.ts';

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

  const read = (language: string, query: string, arm = 1) => ({ arm, language, query });
  const english = read('english', "'crane'");
  const french = read('french', "'cran'");
  const stopWords = read('german', '');
  const exclusion = read('greek', "!'x'");

  it('looks for what each language makes of it, in that language', () => {
    expect(soughtIn([english], [])).toEqual({ found: "('crane')", unordered: "('crane')", words: "('crane')" });
    expect(soughtIn([english, french, stopWords], ['id'])).toEqual({
      found: "('@english' & ('crane')) | ('@french' & ('cran')) | '@id'",
      unordered: "('@english' & ('crane')) | ('@french' & ('cran')) | '@id'",
      words: "('crane') | ('cran')",
    });
  });

  it('excludes what any language makes of it from all that is found', () => {
    const readings = [read('english', "'crane' & !'meet'"), read('french', "'cran' & !'meeting'"), exclusion];
    expect(soughtIn(readings, [])).toEqual({
      found:
        "((('@english' & ('crane')) | ('@french' & ('cran'))) & !(('@english' & ('meet')) | ('@french' & ('meeting')) | ('@greek' & ('x'))))",
      unordered: "('@english' & ('crane')) | ('@french' & ('cran'))",
      words: "('crane') | ('cran')",
    });
  });

  it('excludes for each of its arms alone', () => {
    const readings = [read('english', "'crane' & !'quay'", 1), read('english', "'ferri'", 2)];
    expect(soughtIn(readings, [])?.found).toBe("((('crane')) & !(('quay'))) | ('ferri')");
  });

  it('asks for the words of a phrase without its order beside it, and not for those that it excludes', () => {
    expect(soughtIn([read('english', "'old' <-> 'crane' <2> 'quay' & !( 'a' <-> 'b' )")], [])).toEqual({
      found: "((('old' <-> 'crane' <2> 'quay')) & !((( 'a' <-> 'b' ))))",
      unordered: "('old' & 'crane' & 'quay')",
      words: "('old' <-> 'crane' <2> 'quay')",
    });
  });

  it.each([
    ["'it''s \\\\ & !' & !'(b' & !!'c'", "'it''s \\\\ & !' & 'c'", "'(b'"],
    ["!'a' & !( 'b' & 'c' )", '', "'a' | ( 'b' & 'c' )"],
    ["'a' | 'b' <-> 'c'", "'a' | 'b' <-> 'c'", ''],
    ['', '', ''],
  ])('%s has two parts', (query, wanted, excluded) => {
    expect(partsOf(query)).toEqual({ wanted, excluded });
  });

  it.each([
    ['crane or quay', ['crane or quay']],
    ['crane -old OR quay', ['crane -old ', ' quay']],
    ['"old or -new" or x', ['"old or -new" ', ' x']],
    ['or -x', ['or -x']],
    ['-x or ', ['-x or ']],
    ['-order for', ['-order for']],
  ])('%s has these arms', (query, arms) => {
    expect(armsOf(query)).toEqual(arms);
  });

  it('of stop words alone looks for nothing, or for who is called like that', () => {
    expect(soughtIn([stopWords], [])).toBeNull();
    expect(soughtIn([stopWords], ['id'])).toEqual({ found: "'@id'", unordered: "'@id'", words: null });
    expect(soughtIn([], [])).toBeNull();
  });

  it('only excludes when no language makes more of one of its arms', () => {
    expect(isOnlyExclusion([exclusion, stopWords])).toBe(true);
    expect(isOnlyExclusion([exclusion, english])).toBe(false);
    expect(isOnlyExclusion([exclusion, { ...english, arm: 2 }])).toBe(true);
    expect(isOnlyExclusion([stopWords])).toBe(false);
    expect(isOnlyExclusion([])).toBe(false);
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
