import type { GraphQLResolveInfo } from 'graphql';
import { type List, type Page, type PageArgs, readPage } from '../ledger/page.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { aheadOf } from './reference.ts';

interface Edge<Row> {
  readonly node: Row;
  readonly cursor: string;
}

/** A page in Relay's shape. */
export function connection<Row>(page: Page<Row>) {
  const edges: Edge<At<Row>>[] = page.rows.map((node) => new LazyEdge(node, page));
  return { edges, pageInfo: new LazyPageInfo(page, edges) };
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

// Cursors are made when they are asked for: to seal them all costs more than to read the rows. The getters are of classes,
// as V8 makes a shape for each object that has one of its own, which holds on to what the getter does until all of the
// heap is collected: two of them had nearly everything of an answer outlive the collection of what is young.
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

class LazyPageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #edges: readonly Edge<unknown>[];

  constructor({ hasNextPage, hasPreviousPage }: Page<unknown>, edges: readonly Edge<unknown>[]) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.#edges = edges;
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? null;
  }
}
