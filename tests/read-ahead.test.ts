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
import { Prisma } from '../src/database/connect.ts';
import { READER } from '../src/desk/policy.ts';
import { makeContext } from '../src/graphql/context.ts';
import { executePlanned } from '../src/graphql/execute.ts';
import { schema } from '../src/graphql/schema.ts';
import { askedOf, columns } from '../src/ledger/columns.ts';
import { NOTHING_HIDDEN } from '../src/ledger/hidden.ts';
import { RowText } from '../src/ledger/row-text.ts';
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

/** By its plan: field by field at first, and from then on by the functions that are written for it. */
async function planned(...of: [DocumentNode, Record<string, unknown>, string?]): Promise<unknown[]> {
  return [await run(executePlanned, ...of), await run(executePlanned, ...of)];
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
        expect(await planned(document, given, operationName)).toEqual([levelByLevel, levelByLevel]);
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
        stances { kind note party { ...Actor } term { title } said { earliest precision } statement { text } }
        relations { kind from { text } to { text source { person { name } } } } relays { kind actor { name } descriptor }
        independentChains history(first: 5) { nodes { action statement { text source { person { name } } } } } }
      fragment Actor on Actor { __typename id name aliases description url }
      fragment Post on Post { title since until person { name } organization { name kind } }`);
    for (const slug of known.slugs) {
      const levelByLevel = await run(execute, everything, { slug });
      expect(levelByLevel).toMatchObject({ errors: [] });
      expect(await planned(everything, { slug })).toEqual([levelByLevel, levelByLevel]);
    }
  });

  it('is what it is below rows that are found one by one, as by a search', async () => {
    const search =
      parse(`query Search($words: String!) { search(query: $words, first: 50) { edges { highlight node { text
      source { person { name } post { title since organization { name } } } appearances { report { headline } } } } } }`);
    for (const words of ['strike', 'hostages', 'union']) {
      const levelByLevel = await run(execute, search, { words });
      expect(levelByLevel).toMatchObject({ errors: [] });
      expect(await planned(search, { words })).toEqual([levelByLevel, levelByLevel]);
    }
  });

  it('is left to graphql where a null decides what is asked', async () => {
    const query = parse(`query Q($slug: String!, $skip: Boolean = true) { negotiation(slug: $slug) { id
      statements(first: 2) { nodes { id text @skip(if: $skip) } } } }`);
    const variables = { slug: known.slugs[0], skip: null };
    const levelByLevel = await run(execute, query, variables);
    expect(levelByLevel).toMatchObject({ errors: [expect.stringContaining('must not be null')] });
    expect(await planned(query, variables)).toEqual([levelByLevel, levelByLevel]);
  });

  it('is what a field takes of rows that it does not give, beside those that do', async () => {
    const selections = [
      'said { earliest phrase }',
      'statement { text } said { latest }',
      'said { basis } statement { text }',
    ];
    for (const selection of selections) {
      const stances = parse(`query Stances($slug: String!) { negotiation(slug: $slug) {
        terms(first: 10) { nodes { stances(first: 10) { nodes { ${selection} } } positions { stance { ${selection} } } } }
        statements(first: 20) { nodes { text stances { ${selection} } } } } }`);
      for (const slug of known.slugs) {
        const levelByLevel = await run(execute, stances, { slug });
        expect(levelByLevel).toMatchObject({ errors: [] });
        expect(await planned(stances, { slug })).toEqual([levelByLevel, levelByLevel]);
      }
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

  it('gives values as they are, whatever is in them: nothing, no characters, and those that stand between values', async () => {
    const { ledger } = world.server;
    const snapshot = ledger.snapshot(await ledger.head(), NOTHING_HIDDEN);
    const written = [
      { id: 'a', text: '', note: null },
      { id: '', text: 'Two\nlines, “quoted”, \\ and \u001f\u001e\u0001', note: '' },
      { id: 'c', text: 'ما قاله 🙂', note: '{"a": [null]}' },
    ];
    const parsed = ['id', 'text', 'note'].map((property) => ({
      property,
      parse: null,
      isNullable: property === 'note',
    }));
    const all = columns({ id: 'id', text: 'text', note: 'note' });
    const rows = new RowText('p', parsed, all, { by: 'id', isMoved: false, isTagged: false, links: [] });
    const [found] = await snapshot.read<{ p: string | null; none: string | null }>(Prisma.sql`
      WITH p AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb) AS r(id text, text text, note text)),
        none AS (SELECT * FROM p WHERE false)
      SELECT ${Prisma.raw(rows.select)} AS p, ${Prisma.raw(rows.select.replace('FROM p', 'FROM none'))} AS none`);
    const read = rows.read(found?.p ?? null, 1);
    expect(written.map((_, index) => read.row(index, 0, snapshot))).toEqual(
      written.map((row) => ({ ...row, snapshot })),
    );
    expect(written.map((_, index) => read.key(index))).toEqual(written.map(({ id }) => id));
    expect([read.count, rows.read(found?.none ?? null, 1).count]).toEqual([written.length, 0]);
  });

  it('has a field that takes from its row what it does not say fail, rather than find nothing', () => {
    const asked = askedOf(columns({ id: 'id', text: 'text', note: 'note' }), { properties: new Set(['text']) }, []);
    const row = Object.assign(Object.create(asked.guard), { id: '1', text: 'Words.' });
    expect(row).toEqual({ id: '1', text: 'Words.' });
    expect(() => row.note).toThrow('“note” was not read');
  });
});
