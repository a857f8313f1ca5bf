import { Actor } from '../actor/schema.ts';
import type { StatementModel } from '../database/generated/models.ts';
import { readAsOf } from '../graphql/as-of.ts';
import { builder } from '../graphql/builder.ts';
import { connection, connectionOf } from '../graphql/connection.ts';
import { enumOf } from '../graphql/enums.ts';
import { AsOfInput } from '../graphql/fields.ts';
import { readId } from '../graphql/ids.ts';
import { fieldComplexity } from '../graphql/limits.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { required } from '../ledger/maybe-promise.ts';
import { readPage } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';
import { Appearance } from '../statement/attribution.ts';
import { readFilter, StatementFilterInput } from '../statement/filter.ts';
import { Statement } from '../statement/schema.ts';
import { appearancesOf, statementById } from '../statement/store.ts';
import { highlights, type Passage, passages } from './highlights.ts';
import { QUERY_MOST, queryProblem } from './rules.ts';
import { actorsLike, type SearchOrder as Order, RANKED_MOST, statementsFound } from './store.ts';

const SearchOrder = enumOf<Order>('SearchOrder', 'In which order what was found comes.', {
  RELEVANCE: `What fits best comes first: by where the words stand (the text before the source, before reports, before translations), how often, and how near each other; of equals the one recorded last. Of more than ${RANKED_MOST} that match, the ${RANKED_MOST} recorded last are listed: NEWEST_RECORDED lists all.`,
  NEWEST_RECORDED: 'The one that entered the record last comes first.',
});

const SearchPlace = enumOf<Passage['place']>('SearchPlace', 'Where else than in its text a statement was found.', {
  SOURCE: 'In whom it is credited to: the source as published, or a name of the person or organization.',
  APPEARANCE: 'In a report that carries it: its words there and what stands around them, or where it was said.',
  TRANSLATION: 'In a translation.',
});

const MARKED =
  'with each word that was found between <mark> and </mark>. All else in it is escaped (&amp;, &lt;, &gt;), so that there are no other tags.';

/** A search looks through the words of the whole record, however little of what it finds is asked for. */
const SEARCHED = 300;
/** To mark a text is to read it again. */
const MARKED_AGAIN = 10;

const SearchPassage = builder.objectRef<At<Passage & { statementId: string }>>('SearchPassage').implement({
  description: 'Words elsewhere than in its text by which a statement was found.',
  fields: (t) => ({
    place: t.expose('place', { type: SearchPlace, description: 'Where they stand.' }),
    html: t.exposeString('html', { description: `The words as HTML, ${MARKED}` }),
    appearance: t.field({
      type: Appearance,
      nullable: true,
      description: 'The appearance that they stand in; null for other places.',
      resolve: async ({ place, ordinal, statementId, snapshot }) => {
        if (place !== 'APPEARANCE') return null;
        const appearances = await snapshot.load(appearancesOf, statementId);
        return appearances.find((appearance) => appearance.ordinal === ordinal) ?? null;
      },
    }),
  }),
});

builder.queryField('search', (t) =>
  t.connection(
    {
      type: Statement,
      complexity: (args, context, field) => ({ ...fieldComplexity(args, context, field), field: SEARCHED }),
      description:
        'Statements in whose words the query is found: in the text, in the source as published and the names of who it is credited to, in the words of reports, and in translations, each by the rules of its own language (its endings, and the words that say nothing), with and without accents. Where the whole query is like a name, also what is credited to those who are called much like that. Withdrawn statements are found too, and marked; expunged ones are not. A query of words that say nothing (“the of”) finds nothing.',
      args: {
        query: t.arg.string({
          required: true,
          description: `What to look for, as in a web search: all of the words, “a phrase” in quotation marks, either with \`or\`, and not one with \`-\`. In any case. At least a word or a number that is to be there, ${QUERY_MOST} characters at most.`,
        }),
        filter: t.arg({ type: StatementFilterInput, description: 'Which statements to look in.' }),
        negotiationId: t.arg.id({ description: 'Only in this negotiation; in all when left out.' }),
        orderBy: t.arg({ type: SearchOrder, defaultValue: 'RELEVANCE', description: 'In which order.' }),
        asOf: t.arg({ type: AsOfInput, description: 'The moment to search the record at; now when left out.' }),
      },
      resolve: async (_root, { query, filter, negotiationId, orderBy, asOf, ...args }, context) => {
        refuse(queryProblem(query));
        const snapshot = await context.at(readAsOf(asOf));
        const scope = { filter: readFilter(filter), negotiationId: readId('Negotiation', negotiationId) };
        const list = statementsFound(query, scope, orderBy ?? 'RELEVANCE');
        const page = connection(await readPage(snapshot, list, null, args));
        const edges = page.edges.map(async (edge) => {
          const { id, snapshot } = edge.node;
          return new FoundEdge(edge, query, await required(snapshot.load(statementById, id)));
        });
        return { ...page, edges: await Promise.all(edges) };
      },
    },
    {},
    {
      description: 'A statement that was found.',
      fields: (t) => ({
        highlight: t.string({
          complexity: MARKED_AGAIN,
          description: `The whole text as HTML, ${MARKED} Without marks when the words were found elsewhere than in the text.`,
          resolve: ({ node, query }) => node.snapshot.load(highlights, { version: node, query }),
        }),
        passages: t.field({
          type: [SearchPassage],
          complexity: { field: MARKED_AGAIN, multiplier: 5 },
          description: 'The words elsewhere than in the text by which it was found; empty when it was by the text.',
          resolve: async ({ node, query }) => {
            const found = await node.snapshot.load(passages, { version: node, query });
            return node.snapshot.hold(found.map((passage) => ({ ...passage, statementId: node.id })));
          },
        }),
      }),
    },
  ),
);

builder.queryField('searchActors', (t) =>
  t.connection({
    type: Actor,
    complexity: (args, context, field) => ({ ...fieldComplexity(args, context, field), field: SEARCHED }),
    description:
      'People and organizations whose names are like one as somebody may spell it (“Al Ansari”, “al-Ansari”, “Majed Ansari”), the likest first: by every name and alias, in any case, with and without accents.',
    args: {
      name: t.arg.string({
        required: true,
        description: `The name, or a part of it that stands by itself. ${QUERY_MOST} characters at most.`,
      }),
      asOf: t.arg({ type: AsOfInput, description: 'The moment to search the record at; now when left out.' }),
    },
    resolve: async (_root, { name, asOf, ...args }, context, info) => {
      refuse(queryProblem(name));
      return connectionOf(await context.at(readAsOf(asOf)), actorsLike(name), null, args, info);
    },
  }),
);

/** @throws ReadRefusedError BAD_QUERY */
function refuse(problem: string | null): void {
  if (problem !== null) throw new ReadRefusedError('BAD_QUERY', problem);
}

/** A statement that was found, with the cursor of where. */
class FoundEdge {
  readonly query: string;
  readonly node: At<StatementModel>;
  readonly #edge: { readonly cursor: string };

  constructor(edge: { readonly cursor: string }, query: string, node: At<StatementModel>) {
    this.query = query;
    this.node = node;
    this.#edge = edge;
  }

  get cursor(): string {
    return this.#edge.cursor;
  }
}
