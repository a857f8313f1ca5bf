import { useCallback, useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import {
  type ChangeLineFragment,
  ChangesSinceDocument,
  PositionsAtTwoMomentsDocument,
  type StandingFragment,
} from '../generated/operations.ts';
import { recall, remember } from '../memory.ts';
import { type Earlier, earlierOf } from '../negotiation/earlier.ts';

/** When a reader last looked at a negotiation, and how far the record was then. */
export interface Look {
  readonly cursor: string;
  readonly at: string;
}

const NAME = (slug: string) => `looked:${slug}`;

/** The last look before this one, and how to end it. Each look is remembered when the page is left or put away. */
export function useLastLook(slug: string, head: string | null): { last: Look | null; forget: () => void } {
  const [last, setLast] = useState<Look | null>(() => lookAt(slug));
  useEffect(() => setLast(lookAt(slug)), [slug]);
  useEffect(() => {
    if (head === null) return;
    const keep = () => remember(NAME(slug), JSON.stringify({ cursor: head, at: new Date().toISOString() }));
    const onHide = () => {
      if (document.visibilityState === 'hidden') keep();
    };
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('pagehide', keep);
    return () => {
      document.removeEventListener('visibilitychange', onHide);
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [slug, head]);
  const forget = useCallback(() => setLast(null), []);
  return { last, forget };
}

function lookAt(slug: string): Look | null {
  try {
    const { cursor, at } = JSON.parse(recall(NAME(slug)) ?? 'null') ?? {};
    return typeof cursor === 'string' && typeof at === 'string' ? { cursor, at } : null;
  } catch {
    return null;
  }
}

/** What changed after a cursor: a hundred changes at most, and whether there are more. */
export interface Changed {
  readonly changes: readonly ChangeLineFragment[];
  readonly more: boolean;
  readonly statements: ReadonlySet<string>;
  readonly earlier: Earlier | null;
}

/** @param since null where nothing is to be compared */
export function useChanged(standing: StandingFragment | null, since: string | null): Changed | null {
  const pause = standing === null || since === null || since === standing.cursor;
  const [{ data: changed }] = useQuery({
    query: ChangesSinceDocument,
    variables: { since: since ?? '', negotiationId: standing?.id ?? null, first: 100 },
    pause,
  });
  const [{ data: positions }] = useQuery({
    query: PositionsAtTwoMomentsDocument,
    variables: { slug: standing?.slug ?? '', earlier: { cursor: since ?? '' } },
    pause,
  });
  return useMemo(() => {
    if (pause || !changed) return null;
    const changes = changed.changes.nodes;
    return {
      changes,
      more: changed.changes.pageInfo.hasNextPage,
      statements: new Set(
        changes.flatMap(({ kind, subject }) => (kind === 'STATEMENT' && subject ? [subject.id] : [])),
      ),
      earlier: positions?.then ? earlierOf(positions.then) : null,
    };
  }, [pause, changed, positions]);
}
