import type { Logger } from 'pino';
import { Prisma, type Read } from '../database/connect.ts';
import { columns } from './columns.ts';
import type { EntryFilter, LedgerEntry } from './entry.ts';
import { type Listener, Listeners } from './listeners.ts';
import type { Nudges } from './nudges.ts';
import type { Restrictions } from './restrictions.ts';

const { sql, empty, raw } = Prisma;
const COLUMNS = columns(Prisma.LedgerEntryScalarFieldEnum);
const PAGE = 1_000;
const POLL_MS = 500;
/** For how long the log may not have been read. */
const STALE_MS = 2_000;
/** How long the database has to answer before it is asked again, over another connection. */
const ANSWER_MS = 10_000;

/** What has entries in the ledger's form: the ledger itself, or what the desk does with its drafts. */
export type LogTable = 'ledger' | 'draft_log';

/** The last entry that was told; before the first one, none. */
export type LastTold = Pick<LedgerEntry, 'position' | 'recordedAt'> | null;

/**
 * Reads what is new in a log, once for the whole node: on a nudge, and twice a second without one.
 * Listeners get entries in order, without gaps, from the position at which they began to listen. By the time at which
 * they are told of an entry the node knows who may read it.
 */
export class Tail {
  readonly #readRows: Read;
  readonly #restrictions: Restrictions;
  readonly #logger: Logger;
  readonly #listeners = new Listeners();
  readonly #poll: NodeJS.Timeout;
  readonly #lost: () => Promise<void>;
  readonly #table: Prisma.Sql;
  #isStopped = false;
  #last: LastTold;
  #reading: Promise<void> | undefined;
  #again = false;
  #readAt = performance.now();

  private constructor(
    name: LogTable,
    read: Read,
    nudges: Nudges,
    restrictions: Restrictions,
    logger: Logger,
    last: LastTold,
    lost: () => Promise<void>,
  ) {
    this.#table = raw(name);
    this.#readRows = read;
    this.#restrictions = restrictions;
    this.#logger = logger;
    this.#last = last;
    this.#lost = lost;
    const look = () => {
      this.catchUp().catch((error: unknown) =>
        this.#logger.warn({ err: error }, 'the ledger could not be read; trying again'),
      );
    };
    nudges.onNudge(name === 'ledger' ? 'record' : 'desk', look);
    this.#poll = setInterval(look, POLL_MS).unref();
  }

  /**
   * Tells of what comes from now on.
   * @param lost called when an entry that was told is not in the log any more: from then on nothing is told
   */
  static async open(
    name: LogTable,
    read: Read,
    nudges: Nudges,
    restrictions: Restrictions,
    logger: Logger,
    lost: () => Promise<void>,
  ): Promise<Tail> {
    const [last] = await read<LedgerEntry>(sql`SELECT ${COLUMNS} FROM ${raw(name)} t ORDER BY t.position DESC LIMIT 1`);
    return new Tail(name, read, nudges, restrictions, logger, last ?? null, lost);
  }

  /** Whether the node stops, and with it whoever follows. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /**
   * Whether the log was not read for a while, as when the database does not answer. A node that is cut off does not hear of
   * what is erased or closed elsewhere, so what it has made is then not to be given to whoever asks anew.
   */
  get isStale(): boolean {
    return performance.now() - this.#readAt > STALE_MS;
  }

  /** The position up to which listeners have been told. */
  get position(): bigint {
    return this.#last?.position ?? 0n;
  }

  /** @returns what ends the listening */
  listen(filter: EntryFilter, listener: Listener): () => void {
    return this.#listeners.add(filter, listener);
  }

  /** Resolves when all that was committed before the call has been told. */
  async catchUp(): Promise<void> {
    if (this.#reading !== undefined) {
      // The read under way may have begun before the commit that the caller knows of.
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read();
    return this.#reading;
  }

  /** The first entries after a position that fit a filter, as the table has them; `readUpTo` is how far they reach. */
  async read(
    after: bigint,
    upTo: bigint,
    filter: EntryFilter,
    most = PAGE,
  ): Promise<{ entries: LedgerEntry[]; readUpTo: bigint }> {
    const { negotiationId, subjectTypes } = filter;
    const entries = await this.#readRows<LedgerEntry>(
      sql`
      SELECT ${COLUMNS} FROM ${this.#table} t WHERE t.position > ${after} AND t.position <= ${upTo}
        ${negotiationId === undefined ? empty : sql`AND t.negotiation_id = ${negotiationId}::uuid`}
        ${subjectTypes === undefined ? empty : sql`AND t.subject_type = ANY(${[...subjectTypes]}::"SubjectType"[])`}
      ORDER BY t.position LIMIT ${most}`,
      { withinMs: ANSWER_MS },
    );
    return { entries, readUpTo: entries.length < most ? upTo : (entries.at(-1)?.position ?? upTo) };
  }

  stop(): void {
    clearInterval(this.#poll);
    this.#isStopped = true;
    this.#listeners.stop();
  }

  async #read(): Promise<void> {
    try {
      do {
        this.#again = false;
        const began = performance.now();
        if (this.#listeners.size === 0) await this.#skip();
        else while (await this.#tellPage());
        this.#readAt = began;
      } while (this.#again);
    } finally {
      // In the same turn as the last look at `#again`, so that nobody waits for a read that is over.
      this.#reading = undefined;
    }
  }

  /** Tells what comes next; false when that was all. */
  async #tellPage(): Promise<boolean> {
    const entries = await this.#readRows<LedgerEntry>(
      sql`
      SELECT ${COLUMNS} FROM ${this.#table} t WHERE t.position >= ${this.position} ORDER BY t.position LIMIT ${PAGE + 1}`,
      { withinMs: ANSWER_MS },
    );
    if (this.#last !== null && !isSame(this.#last, entries.shift())) return this.#haveLost();
    if (entries.some(({ subjectType }) => subjectType === 'Negotiation')) await this.#lookAtAccess();
    this.#last = entries.at(-1) ?? this.#last;
    if (entries.length > 0) this.#listeners.tell(entries);
    return entries.length >= PAGE;
  }

  /** With nobody to tell, what is new is passed over unread: an import need not read what it has just written. */
  async #skip(): Promise<void> {
    const [first, last] = await this.#readRows<LedgerEntry>(
      sql`
      (SELECT ${COLUMNS} FROM ${this.#table} t WHERE t.position = ${this.position})
      UNION ALL (SELECT ${COLUMNS} FROM ${this.#table} t ORDER BY t.position DESC LIMIT 1)`,
      { withinMs: ANSWER_MS },
    );
    if (this.#last !== null && !isSame(this.#last, first)) await this.#haveLost();
    // Whoever began to listen meanwhile is to be told all since the position that they saw.
    else if (this.#listeners.size > 0) this.#again = true;
    else this.#last = last ?? first ?? null;
  }

  async #haveLost(): Promise<false> {
    this.stop();
    await this.#lost();
    return false;
  }

  async #lookAtAccess(): Promise<void> {
    const [head] = await this.#readRows<{ access: bigint }>(sql`SELECT access_position AS access FROM ledger_head`, {
      withinMs: ANSWER_MS,
    });
    await this.#restrictions.upTo(head?.access ?? 0n);
  }
}

/** Of two entries at one position, whether they are one: no two are recorded at the same instant. */
function isSame(told: NonNullable<LastTold>, found: LedgerEntry | undefined): boolean {
  return found?.position === told.position && found.recordedAt.getTime() === told.recordedAt.getTime();
}
