import { GraphQLError, parse } from 'graphql';
import { expect, it } from 'vitest';
import { keptDocuments } from './kept-documents.ts';

const keep = (cache: ReturnType<typeof keptDocuments>['documentCache'], text: string) => cache.set(text, parse(text));

it('the documents that came last are kept, of small ones more than of large ones', () => {
  const { documentCache } = keptDocuments({ documentBytes: 100_000 });
  for (let n = 0; n < 100; n += 1) keep(documentCache, `{ small${n} }`);
  const small = documentCache.size;
  expect(small).toBeGreaterThan(10);
  expect(documentCache.has('{ small99 }')).toBe(true);
  expect(documentCache.has('{ small0 }')).toBe(false);
  keep(documentCache, `{ ${'word '.repeat(70)} }`);
  expect(documentCache.size).toBeLessThan(small / 2);
});

it('a document is as large as its comments make it', () => {
  const { documentCache } = keptDocuments({ documentBytes: 100_000 });
  keep(documentCache, '{ small }');
  keep(documentCache, `{ head } # ${'x'.repeat(45_000)}`);
  expect([...documentCache.keys()].map((text) => text.length)).toEqual([45_011]);
});

it('what is wrong with documents is kept by what it takes too', () => {
  const { errorCache } = keptDocuments({ errorBytes: 100_000 });
  for (let n = 0; n < 10; n += 1) errorCache.set(`${n}${'x'.repeat(20_000)}`, new GraphQLError('none'));
  expect(errorCache.size).toBe(2);
});
