import { describe, expect, it } from 'vitest';
import { highlighted } from './highlight.ts';

describe('a highlight', () => {
  it('is read as text and as what was found in it, and nothing in it becomes HTML', () => {
    expect(highlighted('The <mark>pause</mark> &amp; the &lt;script&gt;<mark>a &amp; b</mark>')).toEqual([
      { text: 'The ', isFound: false },
      { text: 'pause', isFound: true },
      { text: ' & the <script>', isFound: false },
      { text: 'a & b', isFound: true },
    ]);
    expect(highlighted('')).toEqual([]);
    expect(highlighted('&amp;lt;')).toEqual([{ text: '&lt;', isFound: false }]);
  });
});
