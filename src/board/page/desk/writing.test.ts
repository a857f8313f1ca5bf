import { describe, expect, it } from 'vitest';
import { blank, changesOf, contentOf, quotationOf, writingOf } from './writing.ts';

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
      language: 'fr',
      relays: [
        { kind: 'HOLDER' as const, actorId: 'a' },
        { kind: 'RELAYED_BY' as const, descriptor: 'an aide' },
      ],
      said: { from: '2026-03-01T00:00:00.000Z', precision: 'MONTH' as const, basis: 'INFERRED' as const },
    };
    expect(contentOf(writingOf({ id: 'd', revision: 3 }, content, new Map()))).toEqual(content);
  });

  it('keeps of a report what the form does not show, until another one is chosen or none', () => {
    const appearance = { reportId: 'r', exact: 'go on', prefix: 'that talks ', medium: 'State of the Union, CNN' };
    const content = {
      ...contentOf({ ...blank('2026-03-02'), text: 'Talks “go on”.', acts: ['COMMENT'] }),
      appearances: [appearance, { reportId: 's' }],
    };
    const writing = writingOf({ id: 'd', revision: 3 }, content, new Map());
    expect(contentOf(writing).appearances).toEqual(content.appearances);
    expect(contentOf({ ...writing, report: 't' }).appearances).toEqual([
      { reportId: 't', exact: 'go on' },
      { reportId: 's' },
    ]);
    expect(contentOf({ ...writing, report: '' }).appearances).toEqual([{ reportId: 's' }]);
  });

  it('is credited to the post that was chosen for as long as it is the same person', () => {
    const content = {
      ...contentOf({ ...blank('2026-03-02'), text: 'Talks go on.', acts: ['COMMENT'] }),
      source: { kind: 'NAMED_PERSON' as const, personId: 'p', postId: 'o' },
    };
    const writing = writingOf({ id: 'd', revision: 3 }, content, new Map());
    expect(contentOf(writing).source).toEqual(content.source);
    expect(contentOf({ ...writing, person: { id: 'q', name: 'Q' } }).source).toEqual({
      kind: 'NAMED_PERSON',
      personId: 'q',
    });
  });

  it('is known no closer than to the month or the year when the writer says so', () => {
    const writing = { ...blank('2026-03-02'), time: '10:30', phrase: 'in March', basis: 'INFERRED' as const };
    expect(contentOf({ ...writing, precision: 'MONTH' }).said).toEqual({
      from: '2026-03-01T00:00:00.000Z',
      precision: 'MONTH',
      phrase: 'in March',
      basis: 'INFERRED',
    });
    expect(contentOf({ ...writing, precision: 'YEAR' }).said).toMatchObject({ from: '2026-01-01T00:00:00.000Z' });
  });

  it('is corrected in what was changed alone', () => {
    const before = { ...blank('2026-03-02'), text: 'Talks go on.', acts: ['COMMENT' as const] };
    expect(changesOf(before, before)).toEqual({});
    const after = { ...before, level: 'BACKGROUND' as const, phrase: 'Monday' };
    expect(changesOf(before, after)).toEqual({
      attributionLevel: 'BACKGROUND',
      said: { from: '2026-03-02T00:00:00.000Z', precision: 'DAY', basis: 'STATED', phrase: 'Monday' },
    });
  });
});
