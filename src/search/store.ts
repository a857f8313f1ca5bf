import { randomUUID } from 'node:crypto';
import type { StatementModel } from '../database/generated/models.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { highlightHtml } from './rules.ts';

export interface Highlighted {
  readonly version: Pick<StatementModel, 'id' | 'fromPosition'>;
  readonly query: string;
}

/** The texts of a page of statements with what a search found in them marked, in one query a search. */
export const highlights: Batch<Highlighted, string> = {
  cacheKey: ({ version, query }) => `${version.id}:${query}`,
  load: async (snapshot, wanted) => {
    const marked = new Map<string, string>();
    for (const query of new Set(wanted.map((one) => one.query))) {
      const versions = wanted.filter((one) => one.query === query).map(({ version }) => version);
      // Nobody can have written these into a text: they are made anew each time.
      const [begin, end] = [randomUUID(), randomUUID()];
      const rows = await snapshot.prisma.$queryRaw<{ id: string; marked: string }[]>`
        SELECT t.id, ts_headline('simple', t.text, websearch_to_tsquery('simple', ${query}),
                                 ${`HighlightAll=true, StartSel="${begin}", StopSel="${end}"`}) AS marked
        FROM statement t
        JOIN unnest(${versions.map(({ id }) => id)}::uuid[], ${versions.map(({ fromPosition }) => fromPosition)}::bigint[])
          AS v(id, from_position) ON t.id = v.id AND t.from_position = v.from_position`;
      for (const row of rows) marked.set(`${row.id}:${query}`, highlightHtml(row.marked, begin, end));
    }
    return wanted.map(
      ({ version, query }) =>
        marked.get(`${version.id}:${query}`) ?? new Error('a statement went while it was searched'),
    );
  },
};
