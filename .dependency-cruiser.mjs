// Which folder may import which. Imports of types count as any other: to read a file is to read what it imports.
// The one exception are rules, which may name the types that they decide about.

/** The concepts, each free to import those before it and none of those after. */
const CONCEPTS = [
  'date',
  'actor',
  'negotiation',
  'report',
  'statement',
  'term',
  'event',
  'proposal',
  'outlook',
  'captivity',
  'channel',
  'timeline',
  'search',
  'statistics',
];

const TEST = '\\.test\\.ts$';
/** What is started, and never imported. */
const ENTRY =
  '^src/(main|server|desk/key-command|desk/audit-command|transfer/(import|export)-command|graphql/print-schema)\\.ts$';
const RULES = '^src/[^/]+/(rules|words)\\.ts$';
const SCHEMA = '^src/graphql/(schema|print-schema)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'rules-know-nobody',
      comment: 'rules.ts decides over plain data: time, ids and chance are passed in. A hash is a pure function.',
      from: { path: RULES },
      to: { pathNot: [RULES, '^crypto$'], dependencyTypesNot: ['type-only'] },
    },
    only('database', 'The database knows nothing of what is kept in it.', ['database']),
    only('ledger', 'The ledger knows no concept.', ['ledger', 'database']),
    only('client', 'What apps load knows nothing of the server.', ['client']),
    only('board', 'The page reads the record through the client, as any app does; what serves it knows no more.', [
      'board',
      'client',
    ]),
    only('push', 'Pushing knows cursors and sockets, and no concept.', ['push', 'ledger', 'graphql', 'desk/policy']),
    only('http', 'Whatever comes over HTTP is an operation, of no concept.', [
      'http',
      'ledger',
      'graphql',
      'desk/policy',
    ]),
    {
      ...only('graphql', 'The builder knows no concept.', ['graphql', 'ledger', 'database', 'desk/policy']),
      from: { path: '^src/graphql/', pathNot: [TEST, SCHEMA] },
    },
    {
      name: 'the-whole-schema-is-for-servers',
      comment: 'graphql/schema.ts loads every concept, so a concept that imports it imports itself.',
      from: { path: '^src/', pathNot: [TEST, ENTRY, '^src/transfer/'] },
      to: { path: '^src/graphql/schema\\.ts$' },
    },
    ...CONCEPTS.map((concept, index) => ({
      name: `${concept}-knows-those-before-it`,
      comment: 'A concept adds its fields to those that it builds on; they know nothing of it.',
      severity: 'error',
      from: { path: `^src/${concept}/`, pathNot: TEST },
      to: { path: `^src/(${[...CONCEPTS.slice(index + 1), 'transfer'].join('|')}|desk/(?!policy))` },
    })),
    {
      name: 'stores-know-no-graphql',
      comment: 'store.ts reads versions; how they are shown is for schema.ts.',
      from: { path: '^src/[^/]+/store\\.ts$' },
      to: { path: '^src/graphql/|/schema\\.ts$' },
    },
    {
      name: 'the-client-is-behind-connect',
      comment: "Prisma's client comes through database/connect.ts; only its types and enums are for everybody.",
      from: { path: '^src/', pathNot: '^src/database/' },
      to: { path: '^src/database/generated/(client|browser|internal)' },
    },
    {
      name: 'what-is-started-is-not-imported',
      from: { path: '^src/', pathNot: [TEST, '^src/main\\.ts$'] },
      to: { path: ENTRY },
    },
    {
      name: 'settings-are-read-at-the-start',
      comment: 'Everything else is given the value that it needs.',
      from: { path: '^src/', pathNot: [TEST, ENTRY] },
      to: { path: '^src/config\\.ts$' },
    },
    {
      name: 'no-tests-in-production',
      from: { path: '^src/', pathNot: TEST },
      to: { path: `^tests/|${TEST}` },
    },
    {
      name: 'no-development-dependencies-in-production',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'everything-is-found',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@graphql-typed-document-node/core$' },
    },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: ['node_modules', '^src/database/generated', '^tests/generated', '^src/board/page/generated'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types', 'default'] },
  },
};

/** A folder that imports nothing of ours but these. */
function only(folder, comment, allowed) {
  return {
    name: `${folder}-knows-what-is-below`,
    comment,
    from: { path: `^src/${folder}/`, pathNot: TEST },
    to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})[./]` },
  };
}
