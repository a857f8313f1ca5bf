import type { GraphQLResolveInfo } from 'graphql';
import { type List, type Page, type PageArgs, readPage } from '../ledger/page.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { aheadOf } from './reference.ts';

interface Edge<Row> {
  readonly node: Row;
  readonly cursor: string;
}

/** A page in Relay's shape. Cursors are made when they are asked for: to seal them all costs more than to read the rows. */
export function connection<Row>(page: Page<Row>) {
  const edges: Edge<At<Row>>[] = page.rows.map((node) => new LazyEdge(node, page));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}

/** A page of a list with what the operation asks of its rows. @throws ReadRefusedError for bounds that make no page */
export async function connectionOf<Row extends object>(
  snapshot: Snapshot,
  list: List<Row>,
  parentId: string | null,
  args: PageArgs,
  info: GraphQLResolveInfo,
) {
  return connection(await readPage(snapshot, list, parentId, args, aheadOf(info)));
}

class LazyEdge<Row> implements Edge<At<Row>> {
  readonly node: At<Row>;
  readonly #page: Page<Row>;

  constructor(node: At<Row>, page: Page<Row>) {
    this.node = node;
    this.#page = page;
  }

  get cursor(): string {
    return this.#page.cursorOf(this.node);
  }
}
