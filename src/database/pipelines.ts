import type { Duplex } from 'node:stream';
import pg, { type ClientConfig, type QueryConfig, type QueryResult } from 'pg';

/** A connection, and how many of its queries are not answered yet. */
interface Pipeline {
  readonly client: pg.Client;
  readonly opening: Promise<unknown>;
  isOpen: boolean;
  /** Whether nothing more is asked of it. */
  isLeaving: boolean;
  isGone: boolean;
  waiting: number;
  /** When it last answered, or was asked something while nothing was. On the clock that nobody sets. */
  heardAt: number;
}

/**
 * Connections that take a query before the last one is answered, for reads that stand for themselves. What is asked in
 * one turn goes out together, on the connection that has the least to do.
 */
export class Pipelines {
  readonly #config: ClientConfig;
  readonly #pipelines: Pipeline[] = [];
  readonly #most: number;
  readonly #watch: NodeJS.Timeout | null;
  /** The one that this turn's queries go to. */
  #turns: Pipeline | null = null;

  /** @param silentMs how long one may say nothing while something is asked of it; 0 for as long as it does */
  constructor(config: ClientConfig, most: number, silentMs = 0) {
    this.#config = config;
    this.#most = most;
    // Not a timer a query: what it holds would outlive the collection of what is young.
    this.#watch = silentMs === 0 ? null : setInterval(() => this.#endSilent(silentMs), silentMs / 4).unref();
  }

  async query(asked: QueryConfig): Promise<QueryResult> {
    this.#turns ??= this.#take();
    const pipeline = this.#turns;
    if (pipeline.waiting === 0) pipeline.heardAt = performance.now();
    pipeline.waiting += 1;
    try {
      if (!pipeline.isOpen) await pipeline.opening;
      return await ask(pipeline.client, asked);
    } catch (error) {
      // Of anything but a refusal of this one query the connection does not recover.
      if (!(error instanceof pg.DatabaseError) || error.severity === 'FATAL') leave(pipeline);
      throw error;
    } finally {
      pipeline.waiting -= 1;
      pipeline.heardAt = performance.now();
      if (pipeline.isLeaving && pipeline.waiting === 0) leave(pipeline);
    }
  }

  /** Has others take the places of all of them, which end once they have answered: what they have prepared ends with them. */
  renew(): void {
    this.#turns = null;
    for (const pipeline of this.#pipelines) {
      pipeline.isLeaving = true;
      if (pipeline.waiting === 0) leave(pipeline);
    }
  }

  #endSilent(silentMs: number): void {
    for (const { client, waiting, heardAt } of this.#pipelines) {
      if (waiting === 0 || performance.now() - heardAt < silentMs) continue;
      streamOf(client).destroy(new Error(`timeout: the database has said nothing for ${silentMs} ms`));
    }
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#pipelines.map(({ client }) => client.end()));
    if (this.#watch !== null) clearInterval(this.#watch);
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
    const there = this.#pipelines.filter(({ isGone, isLeaving }) => !isGone && !isLeaving);
    const [first, ...others] = there;
    const least = others.reduce((best, each) => (best && each.waiting >= best.waiting ? best : each), first);
    if (least !== undefined && (least.waiting === 0 || there.length >= this.#most)) return least;
    const opened = this.#open();
    // Of those that are left, what is under way is watched on.
    const left = this.#pipelines.filter(({ isGone, isLeaving, waiting }) => (isGone || isLeaving) && waiting > 0);
    this.#pipelines.splice(0, this.#pipelines.length, ...left, ...there, opened);
    return opened;
  }

  #open(): Pipeline {
    const client = new pg.Client({ ...this.#config, pipeline: true } as ClientConfig);
    const pipeline: Pipeline = {
      client,
      opening: client.connect(),
      isOpen: false,
      isLeaving: false,
      isGone: false,
      waiting: 0,
      heardAt: 0,
    };
    const gone = () => leave(pipeline);
    // Whoever waits for an answer is told by the query.
    client.on('error', gone);
    client.on('end', gone);
    pipeline.opening.then(() => {
      pipeline.isOpen = true;
      pipeline.heardAt = performance.now();
    }, gone);
    return pipeline;
  }
}

/** As `client.query`, whose own promise has the rows of hundreds of queries outlive what young garbage is collected. */
export function ask(client: pg.ClientBase, asked: QueryConfig): Promise<QueryResult> {
  return new Promise((settle, fail) => {
    void client.query(asked, (error: Error | null, result) => (error ? fail(error) : settle(result)));
  });
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
