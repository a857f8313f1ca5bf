import { setTimeout as pause } from 'node:timers/promises';
import { coerceInputValue, type GraphQLInputObjectType } from 'graphql';
import pg from 'pg';
import { connect, type PrismaClient } from '../../src/database/connect.ts';
import { decide, deskMutations, readGiven } from '../../src/graphql/desk-mutation.ts';
import { schema } from '../../src/graphql/schema.ts';
import { Batch } from '../../src/ledger/batch.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { THE_DESK_ITSELF } from '../../src/ledger/work.ts';
import { eventInput, type Pen, repeatedly, statementInput, type Writer } from './writers.ts';

/**
 * Writes past the nodes, in transactions of its own, and takes back a good part of them after the positions were given.
 * Of what it commits it often tells nobody: a nudge that is lost costs time, and no more.
 */
export function tableWriter(url: string): Writer {
  return async (pen) => {
    await using database = await connect({ url }, 1);
    let client: pg.Client | null = null;
    await repeatedly(pen, async (words) => {
      client ??= await connected(url);
      const planned = client && (await plan(database.prisma, pen, words));
      if (client === null || planned === null || (await transact(client, pen, planned))) return;
      await client.end().catch(() => {});
      client = null;
    });
    await (client as pg.Client | null)?.end().catch(() => {});
  };
}

/** Null while the database is away. */
async function connected(connectionString: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client,
    () => null,
  );
}

interface Planned {
  /** As `ledger_append` takes it. */
  readonly plan: string;
  readonly words: readonly string[];
}

/** Decides a few statements and perhaps an event, as the desk would; null while the database is away. */
async function plan(prisma: PrismaClient, pen: Pen, name: string): Promise<Planned | null> {
  const { chance, talks } = pen;
  const negotiationId = chance.oneOf(Object.values(talks.ids));
  const statements = Array.from({ length: 1 + chance.below(3) }, (_, n) => `${name} statement ${n}${pen.padding}`);
  const events = chance.hits(0.3) ? [`${name} event`] : [];
  const inputs = [
    ...statements.map((text) => ['publishStatement', statementInput(pen, negotiationId, text)] as const),
    ...events.map((title) => ['recordEvent', eventInput(negotiationId, title)] as const),
  ];
  // A batch reads by this of a ledger, and by nothing else.
  const batch = new Batch({ prisma } as Ledger, THE_DESK_ITSELF);
  const asked = inputs.map(([name, input]) => read(name, input));
  try {
    await batch.prepare(asked.map(({ given }) => given));
    for (const { mutation, input, given } of asked) await decide(batch, mutation, input, given);
    return { plan: batch.plan.serialise(), words: [...statements, ...events] };
  } catch {
    return null;
  }
}

function read(name: string, given: object) {
  const mutation = deskMutations.get(name);
  if (mutation === undefined) throw new Error(`there is no mutation ${name}`);
  // The mutation's own argument is of this type.
  const type = schema.getType(mutation.inputType) as GraphQLInputObjectType;
  const input: unknown = coerceInputValue(given, type);
  return { mutation, input, given: readGiven(name, input, type) };
}

/** @returns false when the connection is good for nothing more */
async function transact(client: pg.Client, { chance, journal }: Pen, { plan, words }: Planned): Promise<boolean> {
  const writes = words.map((one) => journal.begin(one));
  const become = (outcome: (typeof writes)[number]['outcome']) => {
    for (const write of writes) write.outcome = outcome;
  };
  // Until it is asked to commit, the database takes everything back, whatever becomes of the connection.
  become('rolled back');
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ head: string }>('SELECT head FROM ledger_append($1::jsonb)', [plan]);
    await pause(chance.below(10));
    if (chance.hits(0.45)) {
      journal.takenBack.push(BigInt(rows[0]?.head ?? 0));
      await client.query('ROLLBACK');
      return true;
    }
    become('unknown');
    await client.query('COMMIT');
    become('acknowledged');
    if (chance.hits(0.5)) await client.query(`SELECT pg_notify('parley_ledger', '')`);
    return true;
  } catch {
    return false;
  }
}
