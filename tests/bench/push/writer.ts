// Writes statements into the record beside the servers, as an import does: decided and appended in one transaction, by
// the project's own ledger, which then nudges the nodes. So a server's CPU counts following and pushing alone.
import { Readable } from 'node:stream';
import pg from 'pg';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { importRecords } from '../../../src/transfer/import.ts';
import { stay, whenAsked } from './asked.ts';
import { now } from './clock.ts';
import { content, NEGOTIATION } from './events.ts';

const database = await connect({ url: process.env.DATABASE_URL ?? '' }, 2);
const ledger = await Ledger.open(database, pino({ level: 'silent' }));

/** When PostgreSQL acknowledged the last commit: only after that does the ledger nudge anybody. */
let acknowledged = 0;
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function timed(this: pg.Client, ...args: unknown[]) {
  const [asked] = args as [string | { text: string }];
  const text = typeof asked === 'string' ? asked : asked.text;
  // The pool, through which the ledger writes, waits with a callback.
  const done = args.at(-1);
  if (!text.includes('ledger_append(') || typeof done !== 'function') return query.apply(this, args);
  return query.call(this, ...args.slice(0, -1), (...result: unknown[]) => {
    acknowledged = now();
    done(...result);
  });
  // The many overloads of `query` are passed through as they came.
} as typeof pg.Client.prototype.query;

/** Commits so many statements together, and says when PostgreSQL had acknowledged that. */
whenAsked('publish', async ({ from, count, length }: { from: number; count: number; length: number }) => {
  acknowledged = Number.NaN;
  const lines = Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const input = { externalId: `event-${number}`, negotiationId: NEGOTIATION, content: content(number, length) };
    return `${JSON.stringify({ publishStatement: input })}\n`;
  });
  const { recorded } = await importRecords(ledger, Readable.from([Buffer.from(lines.join(''))]), {
    onProblem: ({ path, message }) => {
      throw new Error(`${path.join('.')} ${message}`);
    },
  });
  if (recorded !== count) throw new Error(`${recorded} of ${count} statements were recorded`);
  if (Number.isNaN(acknowledged)) throw new Error('nobody saw when the commit was acknowledged');
  return acknowledged;
});

stay();
process.stdout.write('writing\n');
