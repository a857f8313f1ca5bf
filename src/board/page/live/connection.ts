import { MissedDocument } from '../generated/operations.ts';
import type { RecordClient } from './record.ts';

/** How things stand with what comes next, in the words that a reader is shown. */
export type Connection =
  // Of the past, or of nothing, no more is to come.
  | { readonly status: 'past' }
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  | { readonly status: 'catching-up'; readonly missed: number; readonly more: boolean }
  | { readonly status: 'offline'; readonly since: Date };

/** How long is waited for how much was missed, before it is shown without. */
const COUNT_WITHIN_MS = 5_000;

/**
 * Follows the state of the connection. After a break it asks how much was missed, and counts down as that comes in.
 * @param negotiationId which talks are followed; null for the whole record
 * @param last the cursor of the last change that was given to the page
 */
export function watchConnection(
  record: RecordClient,
  negotiationId: string | null,
  last: () => string,
  tell: (connection: Connection) => void,
) {
  let missed = new Set<string>();
  let arrived = new Set<string>();
  let wasOffline = false;
  let more = false;

  const settle = () => {
    if (missed.size > 0) tell({ status: 'catching-up', missed: missed.size, more });
    else if (more) void count();
    else tell({ status: 'live' });
  };

  async function count(): Promise<void> {
    const meanwhile = new Set<string>();
    arrived = meanwhile;
    try {
      const { changes } = await record.ask(MissedDocument, { since: last(), negotiationId }, COUNT_WITHIN_MS);
      // It broke once more, and was counted anew.
      if (arrived !== meanwhile) return;
      more = changes.pageInfo.hasNextPage;
      missed = new Set(changes.nodes.map(({ cursor }) => cursor).filter((cursor) => !meanwhile.has(cursor)));
    } catch {
      if (arrived !== meanwhile) return;
      // It cannot be counted, and comes all the same.
      more = false;
    }
    if (record.parley.state.status === 'live') settle();
  }

  const onState = () => {
    const { state } = record.parley;
    if (state.status === 'offline') {
      wasOffline = true;
      missed.clear();
      more = false;
      tell({ status: 'offline', since: state.since });
    } else if (state.status !== 'live') tell({ status: 'connecting' });
    else if (wasOffline) {
      wasOffline = false;
      void count();
    } else settle();
  };
  const unlisten = record.parley.onState(onState);
  onState();

  return {
    arrived: (cursor: string) => {
      arrived.add(cursor);
      if (missed.delete(cursor)) settle();
    },
    stop: unlisten,
  };
}
