// Types the operations of schema/operations for the tests: a TypedDocumentNode for each, in
// tests/generated/operations.ts. It calls code generator's core, because the command around that core brings three
// hundred packages more, and some of those want a newer Node than ours.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typedDocuments from '@graphql-codegen/typed-document-node';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';

const OUTPUTS = ['tests', 'src/board/page'].map((user) => new URL(`${user}/generated/operations.ts`, import.meta.url));
const OPERATIONS = new URL('schema/operations/', import.meta.url);

const schema = buildSchema(await readFile(new URL('schema/schema.graphql', import.meta.url), 'utf8'));
const files = (await readdir(OPERATIONS, { recursive: true })).filter((file) => file.endsWith('.graphql')).sort();
const documents = await Promise.all(
  files.map(async (location) => ({ location, document: parse(await readFile(new URL(location, OPERATIONS), 'utf8')) })),
);
// What a client sends and gets: every scalar of ours travels as a string.
const scalars = {
  ...Object.fromEntries(
    ['Cursor', 'Date', 'DateTime', 'Duration', 'ID', 'Locale', 'URL'].map((scalar) => [scalar, 'string']),
  ),
  JSONObject: 'Record<string, unknown>',
};

const typed = await codegen({
  filename: 'operations.ts',
  schema: parse('type Query'),
  schemaAst: schema,
  documents,
  config: { scalars, strictScalars: true, useTypeImports: true, skipTypename: true, dedupeFragments: true },
  plugins: [{ operationTypes: {} }, { typedDocuments: {} }],
  pluginMap: { operationTypes, typedDocuments },
});
for (const output of OUTPUTS) {
  await mkdir(new URL('./', output), { recursive: true });
  await writeFile(output, `// Written by codegen.ts.\n${typed}`);
}
process.stdout.write(`typed ${files.length} files of operations\n`);
