import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, getOperationAST, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { isKeepable } from './keepable.ts';

const FOLDER = new URL('../../schema/operations/', import.meta.url);

/** The expected queries, all in one document. */
function expectedQueries(): { document: DocumentNode; names: string[] } {
  const document = parse(
    readdirSync(FOLDER)
      .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'))
      .join('\n'),
  );
  const names = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
  );
  return { document, names: names.filter((name) => getOperationAST(document, name)?.operation === 'query') };
}

it('may be kept of every expected query but those of the desk’s drafts and of who asks', () => {
  const { document, names } = expectedQueries();
  expect(names.filter((name) => !isKeepable(document, name))).toEqual(['Drafts', 'Viewer', 'DraftsWhole']);
});

it('is told at once of fragments that spread each other, however often', () => {
  const levels = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
  const document = (field: string) => parse(`{ ...F0 ...F0 } ${levels.join(' ')} fragment F60 on Query { ${field} }`);
  expect(isKeepable(document('head'), null)).toBe(true);
  expect(isKeepable(document('viewer { name }'), null)).toBe(false);
});
