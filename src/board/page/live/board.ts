import { type Address, asOf, statementFilter } from '../address.ts';
import {
  BoardDocument,
  type BoardQuery,
  FollowTimelineDocument,
  MoreStatementsDocument,
  type MoreStatementsQuery,
  StandingDocument,
  type StandingFragment,
  type StatementLineFragment,
  StatementsDocument,
  type StatementsSubscription,
} from '../generated/operations.ts';
import { type Connection, watchConnection } from './connection.ts';
import { Endings } from './endings.ts';
import { ReadProblem, type RecordClient } from './record.ts';
import { rereading } from './rereading.ts';
import { applied, isBeyond, joined } from './statements.ts';

/** What part of an address decides what is read; the rest is how it is shown. */
export type Read = Pick<Address, 'at' | 'filter' | 'order'> & { readonly slug: string };

/** A board as it is known at this moment. */
export interface Board {
  readonly standing: StandingFragment | null;
  readonly statements: readonly StatementLineFragment[];
  readonly older: 'some' | 'reading' | 'none';
  /** The statements that came since the board was read, the first first. */
  readonly news: readonly StatementLineFragment[];
  readonly connection: Connection;
  readonly problem: ReadProblem | null;
  readonly isMissing: boolean;
  readonly isReading: boolean;
}

export const NOTHING_READ: Board = {
  standing: null,
  statements: [],
  older: 'none',
  news: [],
  connection: { status: 'connecting' },
  problem: null,
  isMissing: false,
  isReading: true,
};

type Page = NonNullable<MoreStatementsQuery['negotiation']>['statements'];

const PAGE = 30;
/** What arrives within this is shown in one go. */
const GATHER_MS = 40;
const RETRY_MS = 3_000;

/**
 * Reads a board and, unless it is of the past, goes on with what comes after it, through all breaks.
 * @param before what is shown meanwhile
 */
export function openBoard(record: RecordClient, read: Read, before: Board) {
  let board: Board = { ...before, isReading: true, problem: null, isMissing: false, news: [] };
  const listeners = new Set<() => void>();
  const endings = new Endings();
  let isClosed = false;
  let endCursor: string | null = null;
  // What changed further down than was read: that is read as it stood when the board was.
  const changed = new Map<string, StatementLineFragment>();
  const question = {
    slug: read.slug,
    filter: statementFilter(read.filter),
    orderBy: read.order === 'said' ? ('NEWEST_SAID' as const) : ('NEWEST_RECORDED' as const),
  };

  const become = (part: Partial<Board>) => {
    if (isClosed) return;
    board = { ...board, ...part };
    for (const listener of listeners) listener();
  };

  async function begin(): Promise<void> {
    endings.end();
    try {
      const { negotiation } = await record.ask(BoardDocument, {
        ...question,
        asOf: asOf(read.at) as never,
        statements: PAGE,
      });
      if (isClosed) return;
      if (negotiation === null) {
        return become({
          isMissing: true,
          isReading: false,
          standing: null,
          statements: [],
          connection: { status: 'past' },
        });
      }
      show(negotiation);
      if (read.at === null) follow(negotiation);
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    if (isClosed) return;
    const problem = error instanceof ReadProblem ? error : new ReadProblem('refused', String(error));
    become({ problem, isReading: false, ...(!problem.isPassing && { connection: { status: 'past' } }) });
    if (problem.isPassing) endings.later(RETRY_MS, () => void begin());
    // What is wrong with a filter leaves all but the stream.
    else if (question.filter !== null && board.standing === null) readStanding().catch(() => {});
  }

  function show(negotiation: NonNullable<BoardQuery['negotiation']>): void {
    const { statements, ...standing } = negotiation;
    endCursor = statements.pageInfo.endCursor;
    changed.clear();
    become({
      standing,
      statements: statements.nodes,
      older: statements.pageInfo.hasNextPage ? 'some' : 'none',
      connection: read.at === null ? board.connection : { status: 'past' },
      problem: null,
      isMissing: false,
      isReading: false,
      news: [],
    });
  }

  function follow({ id: negotiationId, cursor: after }: StandingFragment): void {
    let last = after;
    const connection = watchConnection(
      record,
      negotiationId,
      () => last,
      (connection) => become({ connection }),
    );
    endings.add(connection.stop);

    const waiting: StatementsSubscription['statements'][] = [];
    const gather = (event: StatementsSubscription['statements']) => {
      waiting.push(event);
      if (waiting.length === 1) endings.later(GATHER_MS, () => take(waiting.splice(0)));
    };
    const statements = record.parley.follow({
      subscription: StatementsDocument,
      variables: { negotiationId, filter: question.filter, after },
    });
    const changes = record.parley.follow({ subscription: FollowTimelineDocument, variables: { negotiationId, after } });
    endings.add(statements.stop, changes.stop);

    const reread = rereading(readStanding, endings);
    const rejoin = rereading(readList, endings);
    void each(statements, ({ data }) => {
      gather(data.statements);
      if (mayJoin(data.statements)) rejoin();
    });
    void each(changes, ({ cursor }) => {
      last = cursor;
      connection.arrived(cursor);
      reread();
    });
  }

  /** Goes on until it is stopped; what ends it otherwise is begun again, from the record as it then stands. */
  async function each<Event>(events: AsyncIterable<Event>, take: (event: Event) => void): Promise<void> {
    try {
      for await (const event of events) {
        if (isClosed) return;
        take(event);
      }
    } catch {
      if (!isClosed) endings.later(RETRY_MS, () => void begin());
    }
  }

  function take(events: readonly StatementsSubscription['statements'][]): void {
    const published = events.flatMap((event) =>
      event.__typename === 'StatementPublished' && 'statement' in event ? [event.statement] : [],
    );
    for (const event of events) {
      if (event.__typename === 'StatementPublished' || !('statement' in event)) continue;
      if (!isShown(event.statement)) changed.set(event.statement.id, event.statement);
    }
    become({
      statements: applied(board.statements, events, read.order, board.older !== 'none'),
      news: published.length > 0 ? [...board.news, ...published] : board.news,
    });
  }

  /**
   * Whether a statement may have come into what is shown by a correction, or belongs behind it: where it stands then, the
   * server knows, and the pages behind are read where it is there.
   */
  function mayJoin(event: StatementsSubscription['statements']): boolean {
    if (!('statement' in event)) return false;
    const { __typename: what, statement } = event;
    if (what !== 'StatementCorrected' && what !== 'StatementPublished') return false;
    if (what === 'StatementCorrected' && !isShown(statement)) return question.filter !== null || read.order === 'said';
    return read.order === 'said' && board.older !== 'none' && isBeyond(board.statements, statement);
  }

  function isShown({ id }: StatementLineFragment): boolean {
    return board.statements.some((shown) => shown.id === id);
  }

  /** Reads as much of the list as is shown once more. */
  async function readList(): Promise<void> {
    const nodes: StatementLineFragment[] = [];
    let after: string | null = null;
    do {
      const page: Page | null = await readPage(after);
      if (page === null) return;
      nodes.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null && nodes.length < board.statements.length);
    endCursor = after;
    become({ statements: joined(board.statements, nodes), older: after === null ? 'none' : 'some' });
  }

  async function readStanding(): Promise<void> {
    const { negotiation } = await record.ask(StandingDocument, { slug: read.slug, asOf: asOf(read.at) as never });
    if (negotiation !== null) become({ standing: negotiation });
  }

  async function readPage(after: string | null): Promise<Page | null> {
    const { negotiation } = await record.ask(MoreStatementsDocument, {
      ...question,
      asOf: asOf(read.at) as never,
      first: PAGE,
      after,
    });
    return negotiation?.statements ?? null;
  }

  async function readOlder(): Promise<void> {
    if (board.older !== 'some' || board.isReading) return;
    become({ older: 'reading' });
    try {
      const page = await readPage(endCursor);
      if (page === null) return become({ older: 'none' });
      const { nodes, pageInfo } = page;
      endCursor = pageInfo.endCursor;
      const known = new Set(board.statements.map(({ id }) => id));
      become({
        statements: [
          ...board.statements,
          ...nodes.filter(({ id }) => !known.has(id)).map((statement) => changed.get(statement.id) ?? statement),
        ],
        older: pageInfo.hasNextPage ? 'some' : 'none',
      });
    } catch {
      become({ older: 'some' });
    }
  }

  void begin();
  return {
    now: () => board,
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readOlder: () => void readOlder(),
    retry: () => {
      become({ isReading: true });
      void begin();
    },
    close: () => {
      isClosed = true;
      endings.end();
    },
  };
}

export type OpenBoard = ReturnType<typeof openBoard>;
