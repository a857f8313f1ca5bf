import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { type Database, Prisma, type PrismaClient, type Read } from '../database/connect.ts';
import { type Appended, append } from './append.ts';
import { Attempts } from './attempts.ts';
import { ColumnTypes } from './column-types.ts';
import { Cursors } from './cursor.ts';
import type { LedgerEntry } from './entry.ts';
import { Epoch } from './epoch.ts';
import { ReadRefusedError } from './errors.ts';
import { Gatherings } from './gathering.ts';
import { type Hidden, lastThere } from './hidden.ts';
import { Log } from './log.ts';
import { type Nudges, openNudges, type Written } from './nudges.ts';
import type { Plan } from './plan.ts';
import { Restrictions } from './restrictions.ts';
import { SharedLook } from './shared-look.ts';
import { type Deadline, Snapshot, type Source } from './snapshot.ts';
import { Tail } from './tail.ts';

/** How long the database has to answer, where all who ask wait for the same look. */
const ANSWER_MS = 10_000;

/** The last position, and which negotiations are restricted as of it, by row id. */
export interface Head {
  readonly position: bigint;
  readonly restricted: ReadonlySet<string>;
}

/** A moment of the record: as it stood at an instant, or at a cursor. */
export type AsOf = { instant: Date } | { cursor: string };

/** The record of one database: its head, its past, its writer and its tail. */
export class Ledger extends Log {
  readonly prisma: PrismaClient;
  readonly read: Read;
  readonly restrictions: Restrictions;
  readonly attempts: Attempts;
  /** What the desk does with its drafts: no entry of the ledger tells of that. */
  readonly drafts: Log;
  readonly #source: Source;
  readonly #epoch: Epoch;
  #seen = 0n;
  readonly #looks = new SharedLook(() => this.#look());
  readonly #nudges: Nudges;

  private constructor(
    { prisma, read }: Database,
    types: ColumnTypes,
    epoch: Epoch,
    restrictions: Restrictions,
    tail: Tail,
    drafts: Tail,
    nudges: Nudges,
    logger: Logger,
  ) {
    super(tail, new Cursors(epoch.key));
    this.prisma = prisma;
    this.read = read;
    this.#source = { prisma, read, cursors: this.cursors, types, gatherings: new Gatherings() };
    this.restrictions = restrictions;
    // Under a key of its own: a cursor of the one log opens nothing in the other.
    this.drafts = new Log(drafts, new Cursors(createHmac('sha256', epoch.key).update('drafts').digest()));
    this.attempts = new Attempts(prisma, logger);
    this.#epoch = epoch;
    this.#nudges = nudges;
  }

  static async open(database: Database, logger: Logger): Promise<Ledger> {
    const { prisma } = database;
    const nudges = await openNudges(database, logger);
    const head = await prisma.ledgerHead.findUniqueOrThrow({ where: { singleton: true } });
    const epoch = new Epoch(database, head.cursorKey, logger);
    const restrictions = new Restrictions(database.read);
    await restrictions.upTo(head.accessPosition);
    const lost = () => epoch.end();
    const tail = await Tail.open('ledger', database.read, nudges, restrictions, logger, lost);
    const drafts = await Tail.open('draft_log', database.read, nudges, restrictions, logger, lost);
    const types = await ColumnTypes.of(database.read);
    return new Ledger(database, types, epoch, restrictions, tail, drafts, nudges, logger);
  }

  /** Resolves when positions no longer mean what they meant: a node that has told of them is to end. */
  get isOver(): Promise<void> {
    return this.#epoch.over;
  }

  /** The head, and which negotiations are restricted as of it. */
  look(): Promise<Head> {
    return this.#looks.take();
  }

  async head(): Promise<bigint> {
    return (await this.look()).position;
  }

  /** The last position that this node knows to be written: it may be ahead of what its tail has told. */
  get seen(): bigint {
    return this.#seen > this.tail.position ? this.#seen : this.tail.position;
  }

  #see(position: bigint): void {
    if (position > this.#seen) this.#seen = position;
  }

  /** The last entry, at or before a position, that is there for a reader. */
  lastThere(position: bigint, hidden: Hidden): Promise<bigint> {
    return lastThere(this.read, position, hidden);
  }

  /** An entry that was written. */
  entryAt(position: bigint): Promise<LedgerEntry> {
    return this.prisma.ledgerEntry.findFirstOrThrow({ where: { position } });
  }

  /**
   * @param hidden what is not there for whoever reads it
   * @param deadline until when it may be read through
   */
  snapshot(position: bigint, hidden: Hidden, deadline?: Deadline): Snapshot {
    return new Snapshot(this.#source, position, hidden, deadline);
  }

  /**
   * The position of a cursor, seen from a request that reads at `head`.
   * @throws ReadRefusedError for a cursor of another record, or of the future
   */
  positionOfCursor(cursor: string, head: bigint): bigint {
    const position = this.cursors.open(cursor);
    if (position > head) throw new ReadRefusedError('CURSOR_IN_FUTURE', 'This cursor is ahead of the record.');
    return position;
  }

  /**
   * The position that a moment names, seen from a request that reads at `head`: the last that is there for its reader.
   * @throws ReadRefusedError for a moment in the future, or before the first entry
   */
  async positionOf(asOf: AsOf, head: bigint, hidden: Hidden): Promise<bigint> {
    const named = 'cursor' in asOf ? this.positionOfCursor(asOf.cursor, head) : await this.#positionAt(asOf.instant);
    const position = await this.lastThere(named, hidden);
    if (position === 0n) {
      throw new ReadRefusedError('AS_OF_BEFORE_RECORD', 'The record has no entry yet at the moment asked for.');
    }
    return position;
  }

  async #look(): Promise<Head> {
    const [row] = await this.read<{ position: bigint; access: bigint }>(
      Prisma.sql`SELECT position, access_position AS access FROM ledger_head`,
      { withinMs: ANSWER_MS },
    );
    if (row === undefined) throw new Error('the ledger has no head');
    this.#see(row.position);
    return { position: row.position, restricted: await this.restrictions.upTo(row.access) };
  }

  /** Writes a plan, whole or not at all, and tells whoever follows. */
  async append(plan: Plan): Promise<Appended> {
    const appended = await append(this.prisma, plan);
    this.#see(appended.head);
    this.#nudges.send(plan.isOfDesk ? 'desk' : 'record');
    // Who may read what holds here by the time at which whoever changed it is told.
    if (plan.open.has('negotiation')) await this.look();
    return appended;
  }

  /** Calls back when something may have been written, here or by another node. */
  onNudge(written: Written, listener: () => void): void {
    this.#nudges.onNudge(written, listener);
  }

  async stop(): Promise<void> {
    this.tail.stop();
    this.#epoch.stop();
    this.drafts.tail.stop();
    await this.attempts.settled();
    await this.#nudges.stop();
  }

  async #positionAt(instant: Date): Promise<bigint> {
    // Past the last entry's instant a writer may be about to commit an earlier one: waiting for the head's lock
    // makes the answer one that stays. `recorded_at` is always ahead of the clock at which it was taken.
    const [clock] = await this.prisma.$queryRaw<{ future: boolean; recent: boolean }[]>`
      SELECT ${instant}::timestamptz > greatest(clock_timestamp(), recorded_at) AS future,
             ${instant}::timestamptz > recorded_at AS recent FROM ledger_head`;
    if (clock?.future)
      throw new ReadRefusedError('AS_OF_IN_FUTURE', 'asOf is in the future; leave it out to read now.');
    if (clock?.recent) await this.prisma.$queryRaw`SELECT position FROM ledger_head FOR SHARE`;
    const entry = await this.prisma.ledgerEntry.findFirst({
      where: { recordedAt: { lte: instant } },
      orderBy: [{ recordedAt: 'desc' }, { position: 'desc' }],
      select: { position: true },
    });
    return entry?.position ?? 0n;
  }
}
