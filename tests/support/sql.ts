import pg from 'pg';

/** A statement that a piece of work issued. */
export interface Issued {
  readonly text: string;
  readonly values: readonly unknown[];
  /** The settings of the connection that it went over. */
  readonly options: string | undefined;
  rows: number;
}

/** What a node does beside the work: it tails both logs, looks at its epoch and for embargoes that end, and is nudged. */
const TAILING =
  /FROM (ledger|draft_log) t WHERE t.position [>=]+ \$1|SELECT cursor_key =|WHERE embargoed_until IS NOT NULL|LISTEN|NOTIFY/;

/** The SQL that a piece of work issues, a statement each, without what tails the ledger meanwhile. */
export async function sqlOf(work: () => Promise<unknown>): Promise<string[]> {
  return (await issuedBy(work)).map(({ text }) => text);
}

/** How many rows each of those statements gave. */
export async function rowsOf(work: () => Promise<unknown>): Promise<number[]> {
  return (await issuedBy(work)).map(({ rows }) => rows);
}

/** What reads several levels gives one row, in which each of them is an array. */
function rowsIn({ rows, rowCount }: pg.QueryResult<Record<string, unknown>>): number {
  const levels = rows.length === 1 ? Object.entries(rows[0] ?? {}).filter(([name]) => /^p\d+$/.test(name)) : [];
  if (levels.length === 0) return rowCount ?? 0;
  return levels.reduce((sum, [, level]) => sum + ((level as unknown[] | null)?.length ?? 0), 0);
}

/** The SQL that a piece of work issues, without what tails the ledger meanwhile. */
export async function issuedBy(work: () => Promise<unknown>): Promise<Issued[]> {
  const issued: Issued[] = [];
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function spied(this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | pg.QueryConfig];
    const { text, values = [] } = typeof asked === 'string' ? { text: asked } : asked;
    const { options } = (this as unknown as { readonly connectionParameters: pg.ClientConfig }).connectionParameters;
    const statement: Issued = { text, values, options, rows: 0 };
    issued.push(statement);
    const answer = query.apply(this, args);
    if (answer instanceof Promise) {
      answer.then(
        (result: pg.QueryResult<Record<string, unknown>>) => {
          statement.rows = rowsIn(result);
        },
        () => {},
      );
    }
    return answer;
  } as typeof pg.Client.prototype.query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
  }
  return issued.filter(({ text }) => !TAILING.test(text));
}
