import { type DocumentNode, type ExecutionResult, parse } from 'graphql';
import { pino } from 'pino';
import type { Role } from '../../../src/database/generated/enums.ts';
import { hiddenFrom, READER, type Viewer } from '../../../src/desk/policy.ts';
import { makeContext } from '../../../src/graphql/context.ts';
import { executePlanned } from '../../../src/graphql/execute.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import type { Plan } from '../../../src/ledger/plan.ts';
import { globalId } from '../../../src/ledger/subjects.ts';
import { freshDatabase } from '../database.ts';
import type { World } from '../world.ts';
import type { Command } from './commands.ts';

/** Whoever asks: anybody, somebody who was let into all talks, or into some, by their row ids. */
export type Asker = 'anybody' | 'the desk' | readonly string[];

/** Two records that are written the same have the same instants and the same cursors. */
const SAME = `UPDATE ledger_head SET recorded_at = '2040-01-01', cursor_key = '\\x${'5a'.repeat(32)}'`;

const ACCOUNT = '00000000-0000-7000-8000-000000000000';

const logger = pino({ level: 'silent' });

/** What was done, by external ids, and what was written by it: nothing when it was so already. */
export interface Done {
  readonly command: Command;
  readonly plans: readonly Plan[];
}

/** A record on a database of its own, read and written in process, as a server does it. */
export class TestRecord implements AsyncDisposable {
  readonly ledger: Ledger;
  /** What was done, and what was written by it, in order. */
  readonly done: Done[] = [];
  readonly #plans: Plan[] = [];
  readonly #desk = new Map<string, Role>();
  readonly #stop: () => Promise<void>;
  readonly #numbers = new Map<string, number>();
  static readonly #documents = new Map<string, DocumentNode>();

  private constructor(ledger: Ledger, stop: () => Promise<void>) {
    this.ledger = ledger;
    this.#stop = stop;
    const append = ledger.append.bind(ledger);
    ledger.append = async (plan) => {
      const appended = await append(plan);
      this.#plans.push(plan);
      return appended;
    };
  }

  static async open(): Promise<TestRecord> {
    const database = await freshDatabase(1);
    await database.prisma.$executeRawUnsafe(SAME);
    await database.prisma.account.create({ data: { id: ACCOUNT, name: 'the desk' } });
    const ledger = await Ledger.open(database, logger);
    return new TestRecord(ledger, async () => {
      await ledger.stop();
      await database[Symbol.asyncDispose]();
    });
  }

  /** The record of a server, read and written beside what it is asked over HTTP. */
  static async of({ server, database }: World): Promise<TestRecord> {
    await database.prisma.account.create({ data: { id: ACCOUNT, name: 'the desk' } });
    return new TestRecord(server.ledger, async () => {});
  }

  /**
   * Executes an operation at the head, or as if that were an earlier position.
   * @param closed negotiations that are restricted, by row id; those that are now, when left out
   */
  async ask(
    asker: Asker,
    query: string,
    variableValues: object = {},
    head?: bigint,
    closed?: ReadonlySet<string>,
  ): Promise<ExecutionResult> {
    const { ledger } = this;
    const restricted = closed ?? (await ledger.look()).restricted;
    const viewer = this.#viewerOf(asker, restricted);
    const hidden = hiddenFrom(viewer, restricted);
    const shared = { ledger, logger, origin: null, viewer, settings: { fourEyes: false } };
    let contextValue = makeContext(shared);
    if (head !== undefined) {
      const snapshot = ledger.snapshot(await ledger.lastThere(head, hidden), hidden);
      contextValue = {
        ...makeContext(shared, snapshot),
        // Cursors of what is not there for the asker are none of the future.
        at: async (asOf) => (asOf ? snapshot.moved(await ledger.positionOf(asOf, head, hidden)) : snapshot),
        positionOf: async (cursor) => ledger.positionOfCursor(cursor, head),
      };
    }
    const document = TestRecord.#documents.get(query) ?? parse(query, { noLocation: true });
    TestRecord.#documents.set(query, document);
    return executePlanned({ schema, document, contextValue, variableValues: { ...variableValues } });
  }

  /**
   * Does what the desk is told to, if it can be done.
   * @returns why it was refused, if it was
   * @throws for an error that is none of the caller's
   */
  async do({ mutation, input, records }: Command): Promise<string | null> {
    const number = (this.#numbers.get(records ?? '') ?? 0) + 1;
    const named = this.named({ ...input, ...(records !== null && { externalId: `${records}-${number}` }) });
    const type = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    const before = this.#plans.length;
    const { data, errors } = await this.ask(
      'the desk',
      `mutation Do($input: ${type}Input!) { ${mutation}(input: $input) {
        __typename ... on Error { message } ... on ConflictError { currentRevision } } }`,
      { input: named },
    );
    if (errors !== undefined) throw new Error(`${mutation}: ${JSON.stringify(named)}`, { cause: errors[0] });
    const given = data?.[mutation] as { __typename: string; message?: string; currentRevision?: number };
    // Of a statement that was corrected meanwhile the revision that stands is meant.
    if (given.currentRevision && given.currentRevision !== input.revision)
      return this.do({ mutation, records, input: { ...input, revision: given.currentRevision } });
    if (given.message !== undefined) return `${given.__typename}: ${given.message}`;
    if (records !== null) this.#numbers.set(records, number);
    this.done.push({ command: { mutation, input: named, records: null }, plans: this.#plans.slice(before) });
    return null;
  }

  #viewerOf(asker: Asker, restricted: ReadonlySet<string>): Viewer {
    if (asker === 'anybody') return READER;
    // A role stays, once it was given.
    for (const id of restricted) this.#desk.set(id, 'ADMIN');
    const grants = asker === 'the desk' ? this.#desk : new Map(asker.map((id) => [id, 'READER' as const]));
    return { accountId: ACCOUNT, keyId: null, name: 'the desk', role: 'ADMIN', grants: new Map(grants), until: null };
  }

  /** What is recorded by now, by the external ids that it was given. */
  async idsOfAll(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.ledger.prisma.externalId.findMany();
    return new Map(rows.map((row) => [row.externalId, globalId(row.subjectType, row.subjectId)]));
  }

  /** Writes what was written to another record. */
  async append(plans: readonly Plan[]): Promise<void> {
    for (const plan of plans) await this.ledger.append(plan);
  }

  /** Names what an input refers to. */
  named<Value>(input: Value): Value {
    const named = JSON.stringify(input).replaceAll(/"([a-z-]+)~(\d)"/g, (_, prefix: string, which: string) => {
      const count = this.#numbers.get(prefix) ?? 1;
      return `"${prefix}-${1 + (Number(which) % count)}"`;
    });
    return JSON.parse(named);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

/** An answer, whichever of its fields failed first; of several that leave no data, that is which are told. */
export function textOf({ data, errors = [] }: ExecutionResult): string {
  const told = errors.map(({ message, path }) => JSON.stringify([path, message])).sort();
  return JSON.stringify({ data, errors: data ? told : told.length > 0 });
}
