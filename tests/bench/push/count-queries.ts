// Loaded into a server whose database queries are counted: every one of the process, its look at the ledger's head each
// second included.
import pg from 'pg';
import { whenAsked } from './asked.ts';

let counts = new Map<string, number>();

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
  const [asked] = args as [string | { text: string }];
  const text = typeof asked === 'string' ? asked : asked.text;
  counts.set(text, (counts.get(text) ?? 0) + 1);
  return query.apply(this, args);
  // The many overloads of `query` are passed through as they came.
} as typeof pg.Client.prototype.query;

/** Each statement and how often it was issued since this was last asked. */
whenAsked('queries', () => {
  const sofar = Object.fromEntries(counts);
  counts = new Map();
  return sofar;
});
