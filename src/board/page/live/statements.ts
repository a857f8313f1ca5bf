import type { StatementLineFragment, StatementsSubscription } from '../generated/operations.ts';

type StatementEvent = StatementsSubscription['statements'];
type Order = 'recorded' | 'said';

/**
 * Puts what happened into a list that is shown, newest first. What is not in it, being older than what was read so
 * far, is left out, but for what is published: that belongs at its place, if what stands beside it there was read.
 * @param hasMore whether there is more behind the list
 */
export function applied(
  list: readonly StatementLineFragment[],
  events: readonly StatementEvent[],
  order: Order,
  hasMore: boolean,
): readonly StatementLineFragment[] {
  let next = list;
  for (const event of events) {
    if (event.__typename === undefined || !('statement' in event)) continue;
    const { statement } = event;
    const index = next.findIndex(({ id }) => id === statement.id);
    if (index === -1) {
      if (event.__typename === 'StatementPublished') next = inserted(next, statement, order, hasMore);
    } else if (order === 'said' && !isSameTime(next[index], statement)) {
      next = inserted(next.toSpliced(index, 1), statement, order, hasMore);
    } else {
      next = next.with(index, statement);
    }
  }
  return next;
}

/**
 * Puts what was read anew into a list, each after the one that it was read after. What is there already stays as it is,
 * and so does what would no longer be read: nothing is taken away from under a reader.
 */
export function joined(
  list: readonly StatementLineFragment[],
  read: readonly StatementLineFragment[],
): readonly StatementLineFragment[] {
  const next = [...list];
  let after = -1;
  for (const statement of read) {
    const index = next.findIndex(({ id }) => id === statement.id);
    if (index === -1) next.splice(after + 1, 0, statement);
    after = index === -1 ? after + 1 : index;
  }
  return next;
}

/** Whether a statement was said before all others of a list. */
export function isBeyond(list: readonly StatementLineFragment[], statement: StatementLineFragment): boolean {
  return list.every((other) => other.id === statement.id || compareSaid(statement, other) < 0);
}

function inserted(
  list: readonly StatementLineFragment[],
  statement: StatementLineFragment,
  order: Order,
  hasMore: boolean,
) {
  if (order === 'recorded') return [statement, ...list];
  if (hasMore && isBeyond(list, statement)) return list;
  const index = list.findIndex((other) => compareSaid(statement, other) >= 0);
  return list.toSpliced(index === -1 ? list.length : index, 0, statement);
}

/** By the last instant that the words allow, then by the first, as the API orders them. */
function compareSaid(a: StatementLineFragment, b: StatementLineFragment): number {
  return (
    Date.parse(a.said.latest) - Date.parse(b.said.latest) || Date.parse(a.said.earliest) - Date.parse(b.said.earliest)
  );
}

function isSameTime(a: StatementLineFragment | undefined, b: StatementLineFragment): boolean {
  return a !== undefined && compareSaid(a, b) === 0;
}
