import type { Page } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';

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
