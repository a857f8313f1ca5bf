import { describe, expect, it } from 'vitest';
import { blank, contentOf, quotationOf, writingOf } from './writing.ts';

describe('a statement that is written', () => {
  it.each([
    ['Talks go on.', 'INDIRECT'],
    ['“Talks go on.”', 'DIRECT'],
    ['Talks “go on”.', 'MIXED'],
  ])('in the words %s is %s', (text, type) => {
    expect(quotationOf(text)).toBe(type);
  });

  it('is sent without what was left empty, and known to the day unless a time was given', () => {
    const content = contentOf({ ...blank('2026-03-02'), text: 'Talks go on.', acts: ['COMMENT'] });
    expect(content).toMatchObject({
      quotationType: 'INDIRECT',
      source: { kind: 'NAMED_PERSON' },
      said: { from: '2026-03-02T00:00:00.000Z', precision: 'DAY', basis: 'STATED' },
      appearances: [],
    });
    expect(content.said).not.toHaveProperty('phrase');
  });

  it('comes back from a draft as it was, with all that the form does not show', () => {
    const content = {
      ...contentOf({
        ...blank('2026-03-02'),
        text: 'Talks go on.',
        descriptor: 'an official',
        sourceKind: 'UNNAMED_PERSON',
        acts: ['COMMENT'],
        report: 'r',
        exact: 'go on',
      }),
      credibility: 2,
      said: { from: '2026-03-01T00:00:00.000Z', precision: 'MONTH' as const, basis: 'INFERRED' as const },
    };
    expect(contentOf(writingOf({ id: 'd', revision: 3 }, content, new Map()))).toEqual(content);
  });
});
