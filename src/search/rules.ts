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

/** A search as PostgreSQL reads it in one language: a tsquery, and what of it an index can look for. */
export interface ReadQuery {
  readonly language: string;
  readonly query: string;
  /** As `querytree` gives it: `T` when it would find everything but something, and empty for stop words alone. */
  readonly tree: string;
}

/** What is looked for, as tsqueries. */
export interface Sought {
  /** What finds a statement. */
  readonly found: string;
  /** What ranks and marks it; null when only names are alike. */
  readonly words: string | null;
}

/**
 * What to look for in a record of several languages: in each statement what its own language makes of the search,
 * and in any what is credited to one of some actors. Null for what finds nothing: stop words alone.
 */
export function soughtIn(readings: readonly ReadQuery[], actorIds: readonly string[]): Sought | null {
  const usable = readings.filter(({ tree }) => tree !== '' && tree !== 'T');
  const [only] = usable;
  const words = only === undefined ? null : usable.map(({ query }) => `(${query})`).join(' | ');
  const inLanguages =
    readings.length === 1
      ? usable.map(({ query }) => `(${query})`)
      : usable.map(({ language, query }) => `('@${language}' & (${query}))`);
  const found = [...inLanguages, ...actorIds.map((id) => `'@${id}'`)].join(' | ');
  return found === '' ? null : { found, words };
}

/** Whether nothing is looked for but what is not to be there, in every language that says anything of it. */
export function isOnlyExclusion(readings: readonly ReadQuery[]): boolean {
  const saying = readings.filter(({ tree }) => tree !== '');
  return saying.length > 0 && saying.every(({ tree }) => tree === 'T');
}

/**
 * The words of a tsquery without their order, which all that it finds has too. The planner takes a phrase to be as
 * common as its words are side by side, and would rather read the record backwards than look a rare phrase up.
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
