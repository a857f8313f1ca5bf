import { readAsOf } from '../graphql/as-of.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import { AsOfInput } from '../graphql/fields.ts';
import { readId } from '../graphql/ids.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { readPage } from '../ledger/page.ts';
import { readFilter, StatementFilterInput } from '../statement/filter.ts';
import { Statement } from '../statement/schema.ts';
import { statements } from '../statement/store.ts';
import { queryProblem } from './rules.ts';
import { highlights } from './store.ts';

builder.queryField('search', (t) =>
  t.connection(
    {
      type: Statement,
      description:
        'Statements in whose words the query is found, the one recorded last first: in the text, the source as published, translations and the words of reports. Withdrawn statements are found too, and marked; expunged ones are not.',
      args: {
        query: t.arg.string({
          required: true,
          description:
            'What to look for, as in a web search: all of the words, “a phrase” in quotation marks, either with `or`, and not one with `-`. In any case; words are not reduced to stems. At least a word or a number, 500 characters at most.',
        }),
        filter: t.arg({ type: StatementFilterInput, description: 'Which statements to look in.' }),
        negotiationId: t.arg.id({ description: 'Only in this negotiation; in all when left out.' }),
        asOf: t.arg({ type: AsOfInput, description: 'The moment to search the record at; now when left out.' }),
      },
      resolve: async (_root, { query, filter, negotiationId, asOf, ...args }, context) => {
        const problem = queryProblem(query);
        if (problem !== null) throw new ReadRefusedError('BAD_QUERY', problem);
        const snapshot = await context.at(readAsOf(asOf));
        const narrowed = { ...readFilter(filter), search: query };
        const list = statements(narrowed, 'NEWEST_RECORDED', negotiationId ? 'negotiation_id' : null);
        const page = connection(await readPage(snapshot, list, readId('Negotiation', negotiationId), args));
        return { ...page, edges: page.edges.map((edge) => ({ ...edge, query })) };
      },
    },
    {},
    {
      description: 'A statement that was found.',
      fields: (t) => ({
        highlight: t.string({
          description:
            'The whole text as HTML, with each word that was found between <mark> and </mark>. All else in it is escaped (&amp;, &lt;, &gt;), so that there are no other tags. Without marks when the words were found elsewhere than in the text.',
          resolve: ({ node, query }) => node.snapshot.load(highlights, { version: node, query }),
        }),
      }),
    },
  ),
);
