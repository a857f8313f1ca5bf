import { FollowRecordDocument, NegotiationsDocument, type NegotiationsQuery } from '../generated/operations.ts';
import { type Connection, watchConnection } from './connection.ts';
import { Endings } from './endings.ts';
import { ReadProblem, type RecordClient } from './record.ts';
import { rereading } from './rereading.ts';

/** All negotiations as they are known at this moment. */
export interface List {
  readonly negotiations: NegotiationsQuery['negotiations']['nodes'] | null;
  readonly connection: Connection;
  readonly problem: ReadProblem | null;
}

export const NO_LIST: List = { negotiations: null, connection: { status: 'connecting' }, problem: null };

const RETRY_MS = 3_000;

/** Reads all negotiations, and again whenever the record changes, through all breaks. @returns what ends it */
export function openList(record: RecordClient, tell: (part: Partial<List>) => void): () => void {
  const endings = new Endings();
  let isClosed = false;

  async function read(): Promise<string> {
    const { head, negotiations } = await record.ask(NegotiationsDocument, {});
    if (!isClosed) tell({ negotiations: negotiations.nodes, problem: null });
    return head;
  }

  async function begin(): Promise<void> {
    endings.end();
    try {
      const head = await read();
      if (!isClosed) await follow(head);
    } catch (error) {
      if (isClosed) return;
      if (error instanceof ReadProblem) tell({ problem: error });
      if (!(error instanceof ReadProblem) || error.kind === 'unreachable') endings.later(RETRY_MS, () => void begin());
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
  return () => {
    isClosed = true;
    endings.end();
  };
}
