import type { Duplex } from 'node:stream';
import pg, { type ClientConfig, type QueryConfig, type QueryResult } from 'pg';

/** A connection, and how many of its queries are not answered yet. */
interface Pipeline {
  readonly client: pg.Client;
  readonly opening: Promise<unknown>;
  isOpen: boolean;
  isGone: boolean;
  waiting: number;
}

/**
 * Connections that take a query before the last one is answered, for reads that stand for themselves. What is asked in
 * one turn goes out together, on the connection that has the least to do.
 */
export class Pipelines {
  readonly #config: ClientConfig;
  readonly #pipelines: Pipeline[] = [];
  readonly #most: number;
  /** The one that this turn's queries go to. */
  #turns: Pipeline | null = null;

  constructor(config: ClientConfig, most: number) {
    this.#config = config;
    this.#most = most;
  }

  async query(asked: QueryConfig): Promise<QueryResult> {
    this.#turns ??= this.#take();
    const pipeline = this.#turns;
    pipeline.waiting += 1;
    try {
      if (!pipeline.isOpen) await pipeline.opening;
      return await pipeline.client.query(asked);
    } catch (error) {
      // Of anything but a refusal of this one query the connection does not recover.
      if (!(error instanceof pg.DatabaseError) || error.severity === 'FATAL') leave(pipeline);
      throw error;
    } finally {
      pipeline.waiting -= 1;
    }
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#pipelines.map(({ client }) => client.end()));
  }

  #take(): Pipeline {
    const pipeline = this.#leastBusy();
    const stream = pipeline.isOpen ? streamOf(pipeline.client) : null;
    stream?.cork();
    process.nextTick(() => {
      this.#turns = null;
      stream?.uncork();
    });
    return pipeline;
  }

  #leastBusy(): Pipeline {
    const there = this.#pipelines.filter(({ isGone }) => !isGone);
    const [first, ...others] = there;
    const least = others.reduce((best, each) => (best && each.waiting >= best.waiting ? best : each), first);
    if (least !== undefined && (least.waiting === 0 || there.length >= this.#most)) return least;
    const opened = this.#open();
    this.#pipelines.splice(0, this.#pipelines.length, ...there, opened);
    return opened;
  }

  #open(): Pipeline {
    const client = new pg.Client({ ...this.#config, pipeline: true } as ClientConfig);
    const pipeline: Pipeline = { client, opening: client.connect(), isOpen: false, isGone: false, waiting: 0 };
    const gone = () => leave(pipeline);
    // Whoever waits for an answer is told by the query.
    client.on('error', gone);
    client.on('end', gone);
    pipeline.opening.then(() => {
      pipeline.isOpen = true;
    }, gone);
    return pipeline;
  }
}

/** Nothing more is asked of it; what is under way may end. */
function leave(pipeline: Pipeline): void {
  if (pipeline.isGone) return;
  pipeline.isGone = true;
  pipeline.client.end().catch(() => {});
}

/** What `pg` writes to; its types do not show it. */
function streamOf(client: pg.Client): Duplex {
  return (client as unknown as { readonly connection: { readonly stream: Duplex } }).connection.stream;
}
