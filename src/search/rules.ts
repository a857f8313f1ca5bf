export const QUERY_MOST = 500;

/** What keeps a text from being searched for, in a sentence; null when nothing does. */
export function queryProblem(query: string): string | null {
  if (query.length > QUERY_MOST) return `A search has at most ${QUERY_MOST} characters; this has ${query.length}.`;
  if (query.includes('\u0000')) return 'A search cannot hold a NUL character.';
  if (!/[\p{L}\p{N}]/u.test(query)) return 'A search needs a word or a number to look for.';
  return null;
}

/**
 * A marked text as HTML: `&`, `<` and `>` are escaped, so that the marks are the only tags in it.
 * @param begin what stands before a match, and occurs nowhere else; `end` likewise after it
 */
export function highlightHtml(marked: string, begin: string, end: string): string {
  return marked
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(begin, '<mark>')
    .replaceAll(end, '</mark>');
}
