import fc from 'fast-check';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READER } from '../src/desk/policy.ts';
import { makeContext } from '../src/graphql/context.ts';
import { executePlanned } from '../src/graphql/execute.ts';
import { schema } from '../src/graphql/schema.ts';
import { askedOf, columns, guard } from '../src/ledger/columns.ts';
import { NOTHING_HIDDEN } from '../src/ledger/hidden.ts';
import { loadSamples } from '../src/transfer/samples.ts';
import { whatIsKnown } from './support/fuzz/known.ts';
import { operationsOf } from './support/fuzz/operations.ts';
import type { Known } from './support/fuzz/values.ts';
import { sqlOf } from './support/sql.ts';
import { openWorld, type World } from './support/world.ts';

const RUNS = 1_500;

let world: World;
let known: Known;
beforeAll(async () => {
  world = await openWorld();
  await loadSamples(world.server.ledger, () => {});
  known = await whatIsKnown(world);
});
afterAll(() => world.stop());

/** An operation executed by a context of its own, at the head. */
async function run(
  how: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  operationName?: string,
): Promise<unknown> {
  const { ledger } = world.server;
  const logger = pino({ level: 'silent' });
  const snapshot = ledger.snapshot(await ledger.head(), NOTHING_HIDDEN);
  const contextValue = makeContext({ ledger, logger, origin: null, viewer: READER }, snapshot);
  const result = await how({ schema, document, variableValues, operationName, contextValue });
  const errors = (result.errors ?? []).map(({ message, path }) => JSON.stringify([path, message])).sort();
  // Of several that leave no data, those are told that came first.
  return JSON.parse(JSON.stringify({ data: result.data, errors: result.data ? errors : errors.length > 0 }));
}

describe('what is read together with the rows above', () => {
  it(`is what each level gives that is read by itself, in ${RUNS} operations of any kind`, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(operationsOf(schema, known), async ({ query, variables, operationName }) => {
        let document: DocumentNode;
        try {
          document = parse(query);
        } catch {
          return;
        }
        if (validate(schema, document).length > 0) return;
        if (getOperationAST(document, operationName)?.operation !== 'query') return;
        if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return;
        const given = variables as Record<string, unknown>;
        const levelByLevel = await run(execute, document, given, operationName);
        expect(await run(executePlanned, document, given, operationName)).toEqual(levelByLevel);
        compared += 1;
      }),
      { numRuns: RUNS, seed: 20_261_127, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(RUNS / 4);
  }, 300_000);

  it('is what every field of a statement gives, and of all that it leads to, at the head and at each change', async () => {
    const everything = parse(`query Everything($slug: String!) { negotiation(slug: $slug) {
      statements(first: 100) { nodes { ...All } edges { cursor node { ...All } } pageInfo { startCursor endCursor } }
      timeline(first: 100) { nodes { cursor recordedAt action kind note negotiation { title status } subject {
        id ... on Statement { ...All } ... on Term { title category status description negotiation { slug } } ... on Post { ...Post }
        ... on Event { title occurred { earliest } } ... on Participation { role actor { name aliases } } } } } } }
      fragment All on Statement { id text state revision said { earliest latest precision phrase basis }
        source { kind descriptor pseudonym person { ...Actor posts(first: 3) { nodes { ...Post } } } post { ...Post } onBehalfOf { ...Actor parent { ...Actor } } }
        viewOf { ...Actor } addressedTo { ...Actor } negotiation { title }
        appearances { exact prefix report { headline url outlet { ...Actor } bylines { name person { name } } published { earliest } } republishedFrom { headline } }
        stances { kind note party { ...Actor } term { title } statement { text } }
        relations { kind from { text } to { text source { person { name } } } } relays { kind actor { name } descriptor }
        independentChains history(first: 5) { nodes { action statement { text source { person { name } } } } } }
      fragment Actor on Actor { __typename id name aliases description url }
      fragment Post on Post { title since until person { name } organization { name kind } }`);
    for (const slug of known.slugs) {
      const levelByLevel = await run(execute, everything, { slug });
      expect(levelByLevel).toMatchObject({ errors: [] });
      expect(await run(executePlanned, everything, { slug })).toEqual(levelByLevel);
    }
  });

  it('takes one statement, with no column that nobody asks for', async () => {
    const query = `query One($id: ID!) { statement(id: $id) { text source { person { name } }
      appearances { report { headline outlet { name } } } } }`;
    const { data } = await world.query(
      'query First($slug: String!) { negotiation(slug: $slug) { statements(first: 1) { nodes { id } } } }',
      {
        slug: known.slugs[0],
      },
    );
    const { id } = data.negotiation.statements.nodes[0];
    const [statement, ...others] = (await sqlOf(() => world.query(query, { id }))).filter(
      (sql) => !sql.includes('ledger_head'),
    );
    expect(others).toEqual([]);
    for (const table of ['statement', 'actor', 'appearance', 'report']) expect(statement).toContain(` ${table} t `);
    for (const column of ['said_earliest', 'aliases', 'exact', 'dateline']) expect(statement).not.toContain(column);
  });

  it('has a field that takes from its row what it does not say fail, rather than find nothing', () => {
    const asked = askedOf(columns({ id: 'id', text: 'text', note: 'note' }), { properties: new Set(['text']) }, []);
    const row = { id: '1', text: 'Words.' };
    guard(row, asked);
    expect(row).toEqual({ id: '1', text: 'Words.' });
    expect(() => (row as { note?: string }).note).toThrow('“note” was not read');
  });
});
