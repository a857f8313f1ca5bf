export const QUERY_MOST = 500;

/** What keeps a text from being searched for, in a sentence; null when nothing does. */
export function queryProblem(query: string): string | null {
  if (query.length > QUERY_MOST) return `A search has at most ${QUERY_MOST} characters; this has ${query.length}.`;
  if (query.includes('\u0000')) return 'A search cannot hold a NUL character.';
  if (!/[\p{L}\p{N}]/u.test(query)) return 'A search needs a word or a number to look for.';
  return null;
}

/**
 * Whether a search may be a name as somebody would spell it: a few words, and none of the signs that make it more than
 * words. A longer one is nobody's name, and a sign says that the words are meant as they stand.
 */
export function mayBeName(query: string): boolean {
  return /^[\p{L}\p{M}\p{N}.’'\- ]+$/u.test(query) && !/(^|\s)(-|or(?=\s))/i.test(query) && query.trim().length <= 60;
}

/**
 * The parts of a search of which one is to be found, as `or` divides it outside quotation marks. Only where something may
 * be excluded, which each does for itself: else PostgreSQL divides it.
 */
export function armsOf(query: string): string[] {
  if (!query.includes('-')) return [query];
  const arms = [''];
  const tokens: readonly string[] = query.match(/"[^"]*"?|[^\s"]+|\s+/g) ?? [];
  for (const [at, token] of tokens.entries()) {
    const before = arms.pop() ?? '';
    const divides =
      before.trim() !== '' &&
      tokens
        .slice(at + 1)
        .join('')
        .trim() !== '';
    if (divides && token.toLowerCase() === 'or') arms.push(before, '');
    else arms.push(before + token);
  }
  return arms;
}

/** An arm of a search as PostgreSQL reads it in one language: a tsquery, empty for stop words alone. */
export interface ReadQuery {
  readonly arm: number;
  readonly language: string;
  readonly query: string;
}

/** What is looked for, as tsqueries. */
export interface Sought {
  /** What finds a statement. */
  readonly found: string;
  /** What all that it finds has too, and an index looks up well. */
  readonly unordered: string;
  /** What ranks and marks it; null when only names are alike. */
  readonly words: string | null;
}

interface Reading extends ReadQuery {
  readonly wanted: string;
  readonly excluded: string;
}

/**
 * What to look for in a record of several languages: in each statement what its own languages make of the search, and
 * nothing of what any of them makes of what is excluded; and in any what is credited to one of some actors. Null for
 * what finds nothing: stop words alone.
 */
export function soughtIn(queries: readonly ReadQuery[], actorIds: readonly string[]): Sought | null {
  const ofOneLanguage = new Set(queries.map(({ language }) => language)).size === 1;
  const anyOf = (readings: readonly Reading[], part: 'wanted' | 'excluded') =>
    readings
      .filter((reading) => reading[part] !== '')
      .map((reading) => (ofOneLanguage ? `(${reading[part]})` : `('@${reading.language}' & (${reading[part]}))`))
      .join(' | ');
  const arms = armsIn(queries).filter((readings) => readings.some(({ wanted }) => wanted !== ''));
  const named = actorIds.map((id) => `'@${id}'`);
  const wanted = arms.map((readings) => anyOf(readings, 'wanted'));
  const found = arms.map((readings, at) => {
    const excluded = anyOf(readings, 'excluded');
    return excluded === '' ? wanted[at] : `((${wanted[at]}) & !(${excluded}))`;
  });
  if (found.length + named.length === 0) return null;
  const words = arms.flat().flatMap((reading) => (reading.wanted === '' ? [] : [`(${reading.wanted})`]));
  return {
    found: [...found, ...named].join(' | '),
    unordered: withoutOrder([...wanted, ...named].join(' | ')),
    words: words.length === 0 ? null : words.join(' | '),
  };
}

/** Whether an arm looks for nothing but what is not to be there, in every language that says anything of it. */
export function isOnlyExclusion(queries: readonly ReadQuery[]): boolean {
  return armsIn(queries).some((readings) => {
    const saying = readings.filter(({ query }) => query !== '');
    return saying.length > 0 && saying.every(({ wanted }) => wanted === '');
  });
}

function armsIn(queries: readonly ReadQuery[]): Reading[][] {
  const arms = new Map<number, Reading[]>();
  for (const query of queries) {
    arms.set(query.arm, [...(arms.get(query.arm) ?? []), { ...query, ...partsOf(query.query) }]);
  }
  return [...arms.values()];
}

/** What a tsquery of one arm wants, and what it excludes; either may be empty. */
export function partsOf(query: string): { readonly wanted: string; readonly excluded: string } {
  const tokens: readonly string[] = query.match(/'(?:''|\\.|[^'\\])*'|[&|!()]|[^\s'&|!()]+/g) ?? [];
  if (!tokens.includes('!')) return { wanted: query, excluded: '' };
  const operands: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === '&' && depth === 0) operands.push([]);
    else operands.at(-1)?.push(token);
  }
  const wanted: string[] = [];
  const excluded: string[] = [];
  for (const operand of operands) {
    const first = operand.findIndex((token) => token !== '!');
    (first % 2 === 0 ? wanted : excluded).push(operand.slice(first).join(' '));
  }
  return { wanted: wanted.join(' & '), excluded: excluded.join(' | ') };
}

/**
 * The words of a tsquery that excludes nothing without their order, which all that it finds has too. The planner takes a
 * phrase to be as common as its words are side by side, and would rather read the record backwards than look a rare
 * phrase up.
 */
export function withoutOrder(query: string): string {
  return query.replaceAll(/<(?:-|\d+)>/g, '&');
}

/** Places in a text: from one offset until another. */
type Span = readonly [from: number, until: number];

/**
 * A text that was marked in one or several ways as HTML with all the marks: `&`, `<` and `>` are escaped, so that the
 * marks are the only tags in it.
 * @param ways the text with marks, at least once
 * @param begin what stands before a match, and occurs nowhere else; `end` likewise after it
 */
export function highlightHtml(ways: readonly string[], begin: string, end: string): string {
  const text = (ways[0] ?? '').replaceAll(begin, '').replaceAll(end, '');
  let html = '';
  let at = 0;
  for (const [from, until] of united(ways.flatMap((marked) => spansIn(marked, begin, end)))) {
    html += `${escaped(text.slice(at, from))}<mark>${escaped(text.slice(from, until))}</mark>`;
    at = until;
  }
  return html + escaped(text.slice(at));
}

/** Where the marks stand in the text without them. */
function spansIn(marked: string, begin: string, end: string): Span[] {
  const [first, ...rest] = marked.split(begin);
  let at = first?.length ?? 0;
  return rest.map((part) => {
    const [inside = '', after = ''] = part.split(end);
    const span: Span = [at, at + inside.length];
    at += inside.length + after.length;
    return span;
  });
}

function united(spans: readonly Span[]): Span[] {
  const apart: Span[] = [];
  for (const [from, until] of [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (from >= (apart.at(-1)?.[1] ?? 0)) apart.push([from, until]);
  }
  return apart;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
