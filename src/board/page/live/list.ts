import { FollowRecordDocument, NegotiationsDocument, type NegotiationsQuery } from '../generated/operations.ts';
import { type Connection, watchConnection } from './connection.ts';
import { Endings } from './endings.ts';
import { ReadProblem, type RecordClient } from './record.ts';
import { rereading } from './rereading.ts';

/** The negotiations as they are known at this moment, as far down as was asked for. */
export interface List {
  readonly negotiations: NegotiationsQuery['negotiations']['nodes'] | null;
  readonly more: 'some' | 'reading' | 'none';
  readonly connection: Connection;
  readonly problem: ReadProblem | null;
}

export const NO_LIST: List = { negotiations: null, more: 'none', connection: { status: 'connecting' }, problem: null };

const RETRY_MS = 3_000;

/** Reads the negotiations, and again whenever the record changes, through all breaks. */
export function openList(record: RecordClient, tell: (part: Partial<List>) => void) {
  const endings = new Endings();
  let isClosed = false;
  let pages = 1;
  let isReadingMore = false;

  /** @returns the cursor that it was read at: a page goes on where the one before was read */
  async function read(): Promise<string> {
    const { head, negotiations } = await record.ask(NegotiationsDocument, {});
    const nodes = [...negotiations.nodes];
    let { pageInfo } = negotiations;
    for (let n = 1; n < pages && pageInfo.hasNextPage; n++) {
      const next = (await record.ask(NegotiationsDocument, { after: pageInfo.endCursor })).negotiations;
      nodes.push(...next.nodes);
      pageInfo = next.pageInfo;
    }
    if (!isClosed) tell({ negotiations: nodes, more: pageInfo.hasNextPage ? 'some' : 'none', problem: null });
    return head;
  }

  async function readMore(): Promise<void> {
    if (isReadingMore) return;
    isReadingMore = true;
    tell({ more: 'reading' });
    pages++;
    try {
      await read();
    } catch {
      pages--;
      if (!isClosed) tell({ more: 'some' });
    }
    isReadingMore = false;
  }

  async function begin(): Promise<void> {
    endings.end();
    try {
      const head = await read();
      if (!isClosed) await follow(head);
    } catch (error) {
      if (isClosed) return;
      const passes = !(error instanceof ReadProblem) || error.isPassing;
      if (error instanceof ReadProblem) tell({ problem: error, ...(!passes && { connection: { status: 'past' } }) });
      if (passes) endings.later(RETRY_MS, () => void begin());
    }
  }

  async function follow(after: string): Promise<void> {
    let last = after;
    const connection = watchConnection(
      record,
      null,
      () => last,
      (connection) => tell({ connection }),
    );
    const changes = record.parley.follow({ subscription: FollowRecordDocument, variables: { after } });
    endings.add(connection.stop, changes.stop);
    const reread = rereading(async () => void (await read()), endings);
    for await (const { cursor } of changes) {
      last = cursor;
      connection.arrived(cursor);
      reread();
    }
  }

  void begin();
  return {
    readMore: () => void readMore(),
    close: () => {
      isClosed = true;
      endings.end();
    },
  };
}

export type OpenList = ReturnType<typeof openList>;
